"""Which given names are forms of one? A row for each, from common knowledge of English and its neighbours.

A short form that stands in two rows (Al, Chris, Pat) is a form of either; the rows are facts, written for searchsvc.
"""

NICKNAMES = """
abigail abby abbie
abraham abe
adam addy
albert al bert
alexander alex alec sandy sasha xander lex
alexandra alex sandra sasha
alfred al alf fred
alice ally
allan alan allen al
amanda mandy
andrew andy drew
andrei andrey
anthony tony
antonio tony toni
antonin nino
arthur art
barbara barb babs
barnaby barney
barry barrington
bartholomew bart
benjamin ben benji benny
bernard bernie
bradley brad
bradford brad
brandon brand
calvin cal
cameron cam
carolyn carol carrie
caroline carrie
cassandra cassie
catherine cathy cate katherine kathy kate katie kathryn kathleen
cecilia cissy
charles charlie chuck chas
chester chet
christine chris chrissy tina
christina chris tina chrissy
christopher chris topher kit
clifford cliff
clinton clint
cornelius neil
curtis curt
cynthia cindy
daniel dan danny
david dave davey
deborah deb debbie debra
dennis denny
dianne diane di
dominic dom nick
donald don donny donnie
dorothy dot dottie
douglas doug
edmund ed ned eddie
edward ed eddie ned ted teddy
edwin ed eddie
eleanor ellie nell
elizabeth liz lizzie beth betsy betty eliza bess
emanuel manny
emily em
eric rick
ernest ernie
eugene gene
ezekiel zeke
florence flo
francis frank
francisco paco
franklin frank
frances fran
frederick fred freddie
gabriel gabe
gabrielle gabby
geoffrey geoff jeff
jeffrey jeff
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
jacqueline jackie
james jim jimmy jamie
janet jan
jason jay
jennifer jen jenny
jeremiah jerry
jeremy jerry
jerome jerry
jessica jess jessie
joan joanie
joanne jo
john jack johnny jon
jonathan jon jonny
joseph joe joey
joshua josh
judith judy
julia julie
kenneth ken kenny
kimberly kim
kirsten kirstie
lawrence larry laurence laurie
leonard len lenny leo
leopold leo
leslie les
lewis lew louis lou
lillian lily
louise lou
lucille lucy
madeleine maddie
magdalena lena
marcus marc mark
margaret maggie meg peggy marge margie greta
martha marty
martin marty
mary molly polly
matthew matt
maurice mo
maxwell max
maximilian max
melissa missy
michael mike mick mickey
mikhail misha
milton milt
mitchell mitch
mitchel mitch
mohammed mohamed muhammad mohammad
morris mo
nancy nan
nathaniel nate nat nathan
nathan nate
nicholas nick nicky
nikita nick
norman norm
oliver ollie
oscar ozzie
pamela pam
patricia pat patty trish tricia
patrick pat paddy
peter pete
philip phil phillip
prescott scott
rachel rach
randall randy
randolph randy
raphael rafael rafi rafe
raymond ray
rebecca becky becca
reginald reg reggie
richard dick rick rich richie ricky
robert bob bobby rob robbie
roberta bobbie
rodney rod
roderick rod
roger rodge
ronald ron ronnie
rosemary rose rosie
rudolph rudy
rudolf rudy
russell russ rusty
samantha sam
samuel sam sammy
sandra sandy
sarah sally sara
sebastian seb
shirley shirl
sidney sid sydney
solomon sol
stanley stan
stephanie steph
stephen steve steven stevie
susan sue susie suzy
susanna sue suzy
sylvester sly
sylvia syl
terence terry terrence
theresa terry tess tessa
thaddeus thad
theodore ted teddy theo
thomas tom tommy
timothy tim timmy
tobias toby
valerie val
veronica ronnie
victor vic
victoria vicky vicki
vincent vince vinny vin
virginia ginny
vladimir vlad
vyacheslav slava
walter walt wally
wendell wen
wesley wes
wilbur will
wilfred wilf
wilhelmina mina
william bill billy will willie liam
winston win
yevgeny evgeny
zachary zach zack
"""
