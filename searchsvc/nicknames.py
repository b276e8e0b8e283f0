"""Which given names are forms of one? A row for each, from common knowledge of English and its neighbours.

A short form that stands in two rows (Al, Jerry, Pat) is a form of either; the rows are facts, written for searchsvc.
"""

OF_WOMEN = """
abigail abby abbie
alexandra alex sandra sasha
alice ally
amanda mandy
barbara barb babs
caroline carrie
carolyn carol carrie
cassandra cassie
catherine cathy cate katherine kathy kate katie kathryn kathleen
cecilia cissy
christina chris tina chrissy
christine chris chrissy tina
cynthia cindy
deborah deb debbie debra
dianne diane di
dorothy dot dottie
eleanor ellie nell
elizabeth liz lizzie beth betsy betty eliza bess
emily em
florence flo
frances fran
gabrielle gabby
jacqueline jackie
janet jan
jennifer jen jenny
jessica jess jessie
joan joanie
joanne jo
judith judy
julia julie
kimberly kim
kirsten kirstie
lillian lily
louise lou
lucille lucy
madeleine maddie
magdalena lena
margaret maggie meg peggy marge margie greta
martha marty
mary molly polly
melissa missy
nancy nan
pamela pam
patricia pat patty trish tricia
rachel rach
rebecca becky becca
roberta bobbie
rosemary rose rosie
samantha sam
sandra sandy
sarah sally sara
shirley shirl
stephanie steph
susan sue susie suzy
susanna sue suzy
sylvia syl
theresa terry tess tessa
valerie val
veronica ronnie
victoria vicky vicki
virginia ginny
wilhelmina mina
"""

OF_MEN = """
abraham abe
adam addy
albert al bert
alexander alex alec sandy sasha xander lex
alfred al alf fred
allan alan allen al
andrei andrey
andrew andy drew
anthony tony
antonin nino
antonio tony toni
arthur art
barnaby barney
barry barrington
bartholomew bart
benjamin ben benji benny
bernard bernie
bradford brad
bradley brad
brandon brand
calvin cal
cameron cam
charles charlie chuck chas
chester chet
christopher chris topher kit
clifford cliff
clinton clint
cornelius neil
curtis curt
daniel dan danny
david dave davey
dennis denny
dominic dom nick
donald don donny donnie
douglas doug
edmund ed ned eddie
edward ed eddie ned ted teddy
edwin ed eddie
emanuel manny
eric rick
ernest ernie
eugene gene
ezekiel zeke
francis frank
francisco paco
franklin frank
frederick fred freddie
gabriel gabe
geoffrey geoff
george georgie
gerald gerry jerry
gerard gerry jerry
gregory greg
harold hal harry
henry hank harry
herbert herb bert
howard howie
hubert hugh bert
irving irv
isaac ike
jacob jake
james jim jimmy jamie
jason jay
jefferson jeff
jeffrey jeff
jeremiah jerry
jeremy jerry
jerome jerry
john jack johnny jon
jonathan jon jonny
joseph joe joey
joshua josh
kenneth ken kenny
lawrence larry laurence laurie
leonard len lenny leo
leopold leo
leslie les
lewis lew louis lou
marcus marc mark
martin marty
matthew matt
maurice mo
maximilian max
maxwell max
michael mike mick mickey
mikhail misha
milton milt
mitchel mitch
mitchell mitch
mohammed mohamed muhammad mohammad
morris mo
nathan nate
nathaniel nate nat nathan
nicholas nick nicky
nikita nick
norman norm
oliver ollie
oscar ozzie
patrick pat paddy
peter pete
philip phil phillip
prescott scott
randall randy
randolph randy
raphael rafael rafi rafe
raymond ray
reginald reg reggie
richard dick rick rich richie ricky
robert bob bobby rob robbie
roderick rod
rodney rod
roger rodge
ronald ron ronnie
rudolf rudy
rudolph rudy
russell russ rusty
samuel sam sammy
sebastian seb
sidney sid sydney
solomon sol
stanley stan
stephen steve steven stevie
sylvester sly
terence terry terrence
thaddeus thad
theodore ted teddy theo
thomas tom tommy
timothy tim timmy
tobias toby
victor vic
vincent vince vinny vin
vladimir vlad
vyacheslav slava
walter walt wally
wendell wen
wesley wes
wilbur will
wilfred wilf
william bill billy will willie liam
winston win
yevgeny evgeny
zachary zach zack
"""
