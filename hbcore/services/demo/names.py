"""Invented names: of residents, of people from Hong Kong, Macau and Taiwan, and of foreigners of many countries."""

from random import Random

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范石廖"
    "贾夏韦方白邹孟熊秦邱江尹薛段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
COMPOUND = ("欧阳", "上官", "司马", "诸葛", "皇甫", "慕容", "令狐", "宇文")
FIRST = "一子思雨梓可欣若诗梦语静晓佳文明建国志伟俊浩宇泽博家嘉永长春秋芳丽秀玉桂兰小雪海云天立学世书清"
SECOND = "涵轩萱怡琪妍彤悦宁琳瑶洁敏婷娟红霞燕玲萍英华强军勇杰涛斌辉磊鹏飞宏刚平毅凯龙生林松柏山川河源泉舟帆航远"
RARE = ("王䶮", "周㛃", "李㛃兰", "龙䶮生", "阿依古丽·买买提", "扎西·次仁", "欧阳㙦", "陈喆㛃")
"""Letters beyond GBK, which only GB18030 can write, and names with a dot."""

TAIWANESE = ("怡君", "雅婷", "志豪", "家豪", "淑芬", "俊傑", "宗翰", "佩珊", "冠宇", "鈺婷", "柏翰", "詩涵", "承恩", "品妤")
TAIWANESE_SURNAMES = "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐"
CANTONESE_SURNAMES = "CHAN WONG LEE CHEUNG LAU LAM HO NG LEUNG CHENG YEUNG TANG LO MAK KWOK FUNG SIU TSANG"
CANTONESE = "SIU WAI KA MEI TSZ YEE CHI HOI LOK SUM YIN MAN HING FAI KEUNG YUK LAI PUI SAU KIT HIN CHUN"

FOREIGN = {
    "FRA": ("MARTIN BERNARD DUBOIS MOREAU LAURENT GIRARD", "ANNA CLAIRE JULIE LUC HUGO ETIENNE"),
    "DEU": ("MUELLER SCHNEIDER WEBER BECKER HOFMANN KRUEGER", "JONAS LUKAS FELIX LENA MARIE KATHARINA"),
    "GBR": ("TAYLOR WALKER HUGHES EDWARDS GREENWOOD HARRIS", "OLIVER GEORGE THOMAS EMILY GRACE ALICE"),
    "USA": ("JOHNSON MILLER ANDERSON THOMPSON RAMIREZ COLEMAN", "JAMES MICHAEL DANIEL EMMA OLIVIA SOPHIA"),
    "ITA": ("ROSSI BIANCHI FERRARI GRECO CONTI MARCHETTI", "MARCO LUCA PAOLO GIULIA CHIARA ELENA"),
    "RUS": ("IVANOVA SMIRNOV PETROVA VOLKOV SOKOLOVA ORLOV", "ANNA IVAN OLGA DMITRII ELENA SERGEI"),
    "JPN": ("SATO TANAKA WATANABE KOBAYASHI NAKAMURA YOSHIDA", "HARUTO YUTO SOTA YUI HINA AOI"),
    "KOR": ("KIM PARK CHOI JUNG KANG YOON", "MINJUN SEOJUN JIHO JIWOO SOYEON HAEUN"),
    "IND": ("SHARMA PATEL GUPTA REDDY IYER SINGH", "ARJUN ROHAN VIKRAM ANANYA PRIYA KAVYA"),
    "PAK": ("KHAN AHMED MALIK HUSSAIN QURESHI BUTT", "ALI HAMZA USMAN AYESHA FATIMA ZAINAB"),
    "NGA": ("OKAFOR ADEYEMI BELLO EZE OKONKWO BALOGUN", "CHINEDU EMEKA TUNDE NGOZI AMINA FOLAKE"),
    "ETH": ("TESFAYE BEKELE HAILE ALEMU GIRMA TADESSE", "DAWIT YONAS SAMUEL HANA SELAM MERON"),
    "VNM": ("NGUYEN TRAN LE PHAM HOANG VU", "VAN MINH DUC LINH THU HUONG"),
    "THA": ("SAETANG SRISUK CHAIYASIT BOONMEE WONGSA THONGDEE", "SOMCHAI NATTHAPONG ANAN SUDA KANYA PIMCHANOK"),
    "BRA": ("SILVA SANTOS OLIVEIRA SOUZA ALMEIDA COSTA", "JOAO PEDRO GABRIEL MARIANA BEATRIZ LARISSA"),
    "KAZ": ("AKHMETOV NURLANOVA SULEIMENOV OMAROVA KASYMOV ZHUMABAYEV", "ARMAN DAULET NURSULTAN AIGERIM DANA MADINA"),
}
"""Passports' countries: family names, given names."""


def resident_name(drawn: Random) -> str:
    """A Chinese name of two to four characters."""
    surname = drawn.choice(COMPOUND) if drawn.random() < 0.02 else drawn.choice(SURNAMES)
    return surname + (drawn.choice(FIRST) if drawn.random() < 0.82 else "") + drawn.choice(SECOND)


def hong_kong_name(drawn: Random) -> str:
    """As the permit writes it in Latin letters, family name first."""
    given = CANTONESE.split()
    family, first = drawn.choice(CANTONESE_SURNAMES.split()), drawn.choice(given)
    return f"{family} {first} {_another(given, first, drawn)}"


def taiwanese_name(drawn: Random) -> str:
    """A name in traditional characters."""
    return drawn.choice(TAIWANESE_SURNAMES) + drawn.choice(TAIWANESE)


def foreign_name(country: str, drawn: Random) -> str:
    """As a passport's machine-readable zone writes it, family name first."""
    family, given = (names.split() for names in FOREIGN[country])
    name, first = drawn.choice(family), drawn.choice(given)
    return f"{name} {first}" + (f" {_another(given, first, drawn)}" if drawn.random() < 0.2 else "")


def _another(given: list[str], first: str, drawn: Random) -> str:
    """A second given name, which is not the first again."""
    second = drawn.choice(given)
    return second if second != first else given[given.index(first) - 1]


def mistyped(name: str) -> str:
    """The name with one slip of a hand in it."""
    if name.isascii():
        return name[:-1] + ("O" if name[-1] != "O" else "A")
    return name[:-1] + ("婧" if name[-1] != "婧" else "静")
