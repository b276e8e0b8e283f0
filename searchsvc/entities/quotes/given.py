"""Is a given name a woman's or a man's? Names that are one or the other nearly everywhere, folded."""

from __future__ import annotations

FEMININE = frozenset(
    """
    aaliyah abena abigail ada adaeze adele adjoa adriana adwoa afia agatha agnes agnieszka aida aiko aileen ailsa
    aisha aishwarya aissatou akiko akosua alba alejandra alessandra alexandra alice alicia alina alison allison alma
    almaz ama amal amanda amara amelia amina aminata amira amrita amy ana anahit anastasia angela angelica angelina
    anita anjali ann anna annabel anne annegret annelise annette annie annika antonella antonia anya aoife april
    arlene asha ashley asma asmaa astrid asuncion audrey awa aya ayesha aylin ayse azadeh barbara beata beatrice
    beatriz becky begum belinda bella bernadette bernice bertha beryl beth bethany betty beverley beverly bianca
    birgit birgitta blanca bonnie brenda bridget briege brigid brigitte britta bronwen bronwyn bruna camila camille
    cara carla carmen carol carole carolina caroline carolyn cassandra catalina caterina catherine catriona cecilia
    celeste celia celine chantal charity charlene charlotte chiamaka chiara chioma chloe christina christine claire
    clara clarice claudia cleopatra colette comfort concepcion concetta consolata constance cora cordelia corinne
    cristina cynthia dagmar dagny daisy dalia dana daniela danielle daphne darlene dawn debbie deborah debra defne
    delia delphine denise diana diane dina dolores donna dora dorcas doreen doris dorota dorothea dorothy ebony
    edith edna efua eileen ekaterina elaine eleanor elena eleni eleonora elif elisa elisabeth elise eliza elizabeth
    ella ellen elodie elsa elsie emilia emily emine emma enid enifa eniola erica erika erin ernestina esi esperanza
    estela estelle ester esther ethel eugenia eunice eva evelyn fahima faith farah fariba farida farzana fatima
    fatma fatou fatoumata faustina fay felicia felicity fernanda fiona fleur flora florence frances francesca
    francine francoise freda freya frida friederike funmilayo gabriela gabrielle galina gemma genevieve georgia
    georgina geraldine gertrude ghada gillian gina giovanna gisela giulia giuliana gladys glenda glenys gloria
    godelieve grace grainne greta gretchen guadalupe gudrun gulbahar gulnara gwen gwendolyn gwenllian hajar halima
    hana hanaa hanan hannah hannelore harriet hatice hawa hazel heather hedda hedwig heidi helen helena helene helga
    henrietta henriette hermione hilary hilda hind hiroko hope huda ibtisam ilse iman imani ines inga ingeborg
    ingrid ioana irena irene irina iris irma isabel isabella isabelle isadora isatou isla isobel ivana ivy jacinta
    jackline jacqueline jade jadranka jahanara jamila jana jane janet janice janine jasmine jeanette jeanne jelena
    jelka jemima jennifer jenny jessica jill joan joana joanna joanne jocelyn jodie jorina josefina josepha
    josephine joy joyce juana judith judy julia juliana julie juliet juliette june kalpana kamala karen karimah
    karin karina karla katarina katarzyna kate katerina katharina katherine kathleen kathryn kathy katia katie katja
    katrina kavita kayla keiko kelly kerensa kerry kerstin khadija khadijah kimberly kirsten kirsty kristin kristina
    kristine krystyna kumiko lakshmi lamia lana lara larisa latifa laura lauren lavonne layla leah leila leilani
    lena leonie leonor leonora lerato leticia leyla lidia lieselotte liezl lila lilian liliana lilja lillian lily
    lina linda lindiwe lisa liv livia liz ljubica lola lorna lorraine lotte louisa louise lourdes loveday lucia
    lucie lucille lucinda lucy ludmila luisa luz lydia lynette lynn mabel madeleine madhuri madison magda magdalena
    maggie maha mahnoor maimuna mairead maja makena malala malika malin mandy manon manuela marcela marcia margaret
    margarita margery margot marguerite maria mariam mariama marian mariana marianne marie marijke marilyn marina
    marion marisa marisol marit marivic marj marjorie marlene marta martha martina marwa mary maryam matilda maud
    maureen mavis maya mbali meena meenakshi meera megan meghan mehwish mei mercedes mercy merle meseret metka mia
    michelle michiko mildred milena milica mina minerva mira miranda mireille miriam mirjana miroslava mitsuko moana
    modupe moira molly mona monica monika monique monira muna muriel mwajuma myra myrtle nabila nadezhda nadia
    nadine nafisa nagwa nana nancy nandini naomi nare nasreen natalia natalie natasha nazanin neema neha nela nell
    nelly ngaire ngozi nia niamh nicole nilufar nina nirmala nkechi noeline noelle nokuthula nomfundo nomvula noor
    nora norah noreen norma nuala nuria odette olabisi olena olga olive olivia oluchi oluwaseun ornella oyuntsetseg
    padma paloma pamela parisa parvati pat patience patricia patrizia paula pauline pearl peggy penelope penny
    perpetua petra philippa philomena phoebe phyllis pia pilar polly pooja portia precious prisca priscilla pritha
    priya prudence purity queenie rachel radhika radka rahel rahima raisa rana rania raquel rasheeda rashida rebecca
    regina rekha renata renate renee rhiannon rhoda rhonda rina rita roberta rocio rosa rosalia rosalie rosalija
    rosalind rosalinda rosamund rosanna rose rosemary roshni rosie rowena roxana roya ruby rukia rukmini rupa
    ruqayya rutendo ruth sabina sabine sabitha sabrina sadaf sadia safiya sagal sahar sakura sally salma salome
    samantha samia samira sandra sangeeta sanna saoirse sara sarah sarita saroja saskia savita scovia seema seini
    selin selma serena shabana shakira shanice shanta shanthi sharifa sharon sheila shelley shilpa shirin shirley
    shreya sibongile sibusisiwe sigrid sigurlaug silvia simone sinead sinikka siobhan siranush sita siti sitti
    snezana sofia sofie solange soledad solveig sonia sonja sophia sophie soraya stacey stella stephanie sue sumitra
    sunita sunniva supriya susan susana susanna susanne sushma suzanne svetlana swati sybil sylvia sylvie tabitha
    tahira tamar tamara tamsin tania tanja tanya tara tatiana tatyana tendai teresa tereza tessa thandeka thandiwe
    thea thelma thembeka theodora theresa therese thuli tiffany tina tokiko tove tracey trudy tsehay tuuli una
    ursula usha uta uzma vaishali valentina valeria valerie vanessa vasanti vera verity verna verona veronica
    veronika veronique vesna victoria vidya vigdis vilma viola violet virginia vivian viviana vivienne wafa wairimu
    wambui wanda wangari wanjiku wanjira wanjiru wendy wezzie wiebke wilhelmina wilma winifred winnie ximena xiomara
    yamileth yasmin yasmine yekaterina yelena yetunde yoko yolanda yuki yuko yulia yuliana yumiko yvette yvonne
    zahra zainab zanele zara zawadi zaynab zeenat zeinab zelda zeynep zinaida zodwa zoe zoleka zora zsofia zsuzsa
    zubaida zuzana
    """.split()
)
MASCULINE = frozenset(
    """
    aaron abdallah abdel abdi abdou abdoulaye abdul abdullah abdullahi abel abraham abu adam adebayo ademola adil
    adnan adolf adrian agus ahmad ahmed ahmet akbar akira alan alastair albert alberto alejandro aleksandar
    aleksander aleksandr aleksi alessandro alex alexander alexandre alexei alfonso alfred alfredo ali alistair
    alvaro amadou amir amit amos anand anatoly anders andre andreas andrei andrew andrzej andy angus anil anthony
    antoine anton antonio antti anucha anwar ariel arjun armando armin arnold arnulfo art arthur arturo arun arvind
    ashok ashraf aubrey august augusto axel aziz babajide babak bahadur bambang barry basil bat batsaikhan bauyrzhan
    ben benedict benigno benjamin bernard bernardo bernd bernhard bert beston bhekizizwe bilal bill billy bjorn bob
    bobby boris botond brad bradley brendan brent brian bruce bruno budi burak carl carlo carlos cedric cesar chad
    charles charlie chidi chinedu chinua chris christian christoph christophe christopher chukwuma clarence clark
    claude claudio clement cliff clifford clive clyde colin con connor conor conrad craig crisanto curtis custodio
    cuthbert cyril dale dan daniel danilo danny dario darren dave david davide dean declan delroy denis dennis denys
    derek derrick desmond dick diego dieter dietrich dil dimitri dimitris dineth dirk dmitri dmitry dominic don
    donald dong doug douglas dov duc duje duncan dung dusan dylan eamon earl ebenezer ed eddie edgar edmund eduardo
    edward edwin egidio eli elias elijah elliot elmer emeka emil emile emilio emmanuel emrys enrico enrique eric
    erik ernest ernesto ernst ethan etienne eugene evan everton ezekiel fabian fabio faisal farrukh fearghal felipe
    felix ferdinand fergus fernando fidel filip finn florian fortunato francesco francis francisco franco frank
    franz fred frederic frederick fredrik friedrich fritz gabriel ganbold gareth gary gavin gennady geoff geoffrey
    george georges gerald gerard gerd gerhard gert ghulam giancarlo gianni gideon gilbert gilles giorgio giorgos
    giovanni giuseppe glen glenn godfrey gonzalo gordon graeme graham grant greg gregor gregory guillaume guillermo
    gul gunter gunther gus gustavo guy habib habibur hakan hakim hamid hamish hamza hans harald harold haroon harris
    harry haruo harvey hasan hassan hector heinrich heinz helmut hemi henri henrik henry herbert herman hermann
    hernan hezron hideo hiroshi homer horace horst howard hubert hugh hugo humphrey hung husain hussain hussein huy
    ian ibrahim ifeanyi ignacio igor ikechukwu ilya imran imre isaac isaiah ishmael ismail istvan ivan ivor jack
    jackson jacob jacques jaime jakob jakub jamal james jamie jamil jan janos jared jaroslav jason jasper javier jay
    jean-pierre jeff jeffrey jens jeremiah jeremy jerome jerry jesse jesus jim jimmy joachim joao joaquin joe joel
    johan johann johannes john johnny joko jomar jon jonas jonathan joonas jorg jorge jose josef joseph josh joshua
    josiah jozef juan juha jules julian julien julio julius jun junichi jurgen justin kamal karel karim karl karol
    kavindu kazuo keith kelvin ken kenji kenneth kenny kenzo ketut kevin khaled khalid kieran klaus kofi kojo kurt
    kwabena kwadwo kwaku kwame kwasi kwesi kyle lachlan lars lasse laszlo laurence lawrence lee leo leon leonard
    leonardo leonid leopold leroy lewis liam linus lloyd lorenzo louis luca lucas luciano ludwig luigi luis luka
    lukas luke luther made magnus mahmoud mahmud malcolm malik manfred manuel marc marcel marcello marcelo marcin
    marco marcos marcus mariano mario marius mark marko markus marlon martin marvin masao massimo mateo mathieu
    matias mats matt matteo matthew matthias maurice mauricio mauro mawuli max maxim maximilian medard mehdi mehmet
    melvin michael michal michel miguel mihai mikael mike mikhail milan milos milton minh mitchell mizanur mohamed
    mohammad mohammed mohan morgan morris moses motaleb muhammad muhammadu murat musa mushtaq mustafa nathan
    nathaniel nawaz ned neil nelson neville nicholas nick nicolae nicolas niels nigel nii nikhil nikita nikola
    nikolai nikos noah noel norbert norman nursultan obinna octavio olaf ole oleg oleksandr oliver olivier olumide
    olusegun omar orlando oscar osman otto owen pablo paddy paolo parviz pasang pascal patrick paul paulo pavel
    pawel pedro pekka per percy peter petr petros phil philip philippe piero pierre piet pietro pim piotr pius
    prakash prasert prince pyotr qasim quang rafael rafal rafiq rahim raj rajesh rajiv ralph ramesh ramon randy
    raoul rashid raul ravi ray raymond recep reginald reinhard rene rex reza ricardo riccardo richard rick ricky
    rizal rob robert roberto rodney rodolfo rodrigo roger rohan roland rolf roman romulo ron ronald rory roshan ross
    roy ruben rudolf rudolph rufus rupert ruslan russell ryan said salim salman salvador salvatore sam sami samuel
    sandro sanjay santiago saul scott sean sebastian segun selim serge sergei sergey sergio seth seydou shabbir
    shane shaun shawn shinzo shunji sidney sigurd silvio simeon simon sipho solomon somchai stanislav stanley stefan
    stefano steffen stephen steve steven stewart stuart sunil surip surya sven takashi takeshi tamas tamunoemi tarek
    tariq ted tendaishe teodor terence terje terrence terry thabo thanh theo theodore thierry thomas tim timo timothy
    tobias toby todd tom tomas tomasz tommy toni tony toshiro travis trevor tristan troy tsepo tuan tunde uche
    ulrich umar umberto uwe vaclav valentin valery vasily vernon vicente victor vijay viktor vincent vincenzo vinod
    virgil vitaly vito vladimir volodymyr wade wagdy walter warren wayan wayne werner wilbert wilfred wilfredo
    wilhelm will willem william willie winston wolfgang wyatt xavier yahya yasser yaw yazan yerlan yiannis yosef
    yuri yusuf yves zacharia zachary zaman zbigniew zoltan
    """.split()
)
