"""Invented names: streets, towns and people. None of them is meant to be anybody."""

from typing import Final, NamedTuple

import numpy as np

from turfcutter.sample.chance import one_of


class Heritage(NamedTuple):
    """Names that families of one origin give, and the language they may ask for."""

    share: float
    language: str
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


HERITAGES: Final = (
    Heritage(
        0.46,
        "English",
        _words(
            "Abigail Alice Amber Angela Ashley Barbara Beth Carol Claire Dana Deborah Diane Donna "
            "Eleanor Emily Faith Grace Hannah Heather Helen Jane Janet Jessica Joan Julie Karen "
            "Kelly Laura Linda Lisa Margaret Mary Megan Molly Nancy Olivia Pamela Patricia Paula "
            "Rachel Rebecca Robin Ruth Sandra Sarah Sharon Stephanie Susan Tracy Wendy"
        ),
        _words(
            "Aaron Adam Alan Andrew Anthony Benjamin Brian Bruce Carl Charles Craig Daniel David "
            "Dennis Donald Edward Eric Frank Gary George Gregory Harold Henry Jack Jacob James "
            "Jason Jeffrey Joel John Joseph Keith Kenneth Kevin Larry Mark Matthew Michael Nathan "
            "Noah Patrick Paul Peter Philip Ralph Robert Roger Samuel Scott Steven Thomas Walter"
        ),
        _words(
            "Abbott Adams Allen Baker Barnes Bennett Brooks Brown Burke Butler Campbell Carter "
            "Clark Cole Collins Cooper Cox Davis Dixon Edwards Ellis Evans Fisher Fletcher Foster "
            "Gibson Graham Grant Gray Green Hall Harper Harris Hayes Hill Holmes Howard Hughes "
            "Hunter Jackson Jenkins Johnson Jordan Kelley King Knight Lawson Lewis Marshall Martin "
            "Mason Miller Mitchell Moore Morgan Murphy Nelson O'Brien O'Connor Palmer Parker "
            "Patterson Perry Phillips Porter Powell Price Reed Reynolds Richardson Roberts "
            "Robinson Rogers Russell Sanders Scott Shaw Simmons Smith-Jones Spencer Stevens "
            "Stewart Stone Sullivan Taylor Thompson Tucker Turner Walker Wallace Ward Warren "
            "Watson Webb Wells West Wheeler White Williams Wilson Wood Wright Young"
        ),
    ),
    Heritage(
        0.28,
        "Spanish",
        _words(
            "Adriana Alejandra Ana Beatriz Carmen Catalina Claudia Cristina Daniela Elena "
            "Esperanza Gabriela Gloria Guadalupe Inés Isabel Josefina Juana Leticia Lucía "
            "Luz Marisol Margarita María Mónica Patricia Pilar Rocío Rosa Silvia Sofía Teresa "
            "Verónica Ximena Yolanda"
        ),
        _words(
            "Adrián Alberto Alejandro Andrés Antonio Arturo Carlos César Diego Eduardo Emilio "
            "Enrique Felipe Fernando Francisco Gustavo Héctor Ignacio Jaime Javier Jesús "
            "Joaquín Jorge José Juan Julio Luis Manuel Martín Miguel Óscar Pablo Pedro Rafael "
            "Ramón Raúl Ricardo Roberto Salvador Tomás"
        ),
        _words(
            "Aguilar Álvarez Ávila Ayala Barrera Cabrera Camacho Cárdenas Castañeda Castillo "
            "Cervantes Chávez Contreras Córdova Cortez Delgado Díaz Domínguez Espinoza "
            "Estrada Fernández Flores Fuentes Gallegos Garcia García-López Garza Gómez González "
            "Guerrero Gutiérrez Guzmán Hernandez Herrera Ibarra Jiménez León López Luna "
            "Maldonado Martinez Medina Mejía Méndez Mendoza Molina Montoya Morales Muñoz Navarro "
            "Núñez Ochoa Orozco Ortega Ortiz Padilla Peña Pérez Quiñones Ramírez Ramos Reyes "
            "Ríos Rivera Rodríguez Rojas Romero Ruiz Salazar Sánchez Sandoval Santiago Serrano "
            "Silva Solís Soto Suárez Torres Trujillo Valdez Vargas Vásquez Vega Velasco Zamora"
        ),
    ),
    Heritage(
        0.07,
        "Vietnamese",
        _words("Anh Chi Dung Giang Ha Hanh Hoa Hong Huong Lan Linh Mai Ngoc Nhung Phuong Thao"),
        _words("An Binh Cuong Dat Duc Hai Hieu Hung Khanh Khoa Long Minh Nam Phong Quang Son Tuan"),
        _words("Nguyen Tran Le Pham Hoang Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Truong Dinh Lam"),
    ),
    Heritage(
        0.07,
        "Chinese",
        _words("Ai Fang Hui Jing Lan Li Mei Min Na Qing Ting Xia Xiu Yan Ying Yu Yun Zhen Amy"),
        _words("Bo Chao Feng Gang Hao Jian Jun Kai Lei Ming Peng Qiang Tao Wei Xin Yong Alan"),
        _words("Chan Chen Cheng Cheung Chow Fong Gao Guo Han Ho Hsu Huang Kwok Lau Li Liang Lin "
               "Ma Ng Ou Shen Sun Tang Wang Wong Wu Xie Xu Yang Yee Zhang Zhao Zheng Zhou"),
    ),
    Heritage(
        0.04,
        "Hmong",
        _words("Bao Chia Chue Der Ka Kia Mai Mao Nou Pa Pang See Sheng Yer Youa Zoua"),
        _words("Bee Cheng Chong Fue Kong Koua Leng Long Nhia Pao Shoua Teng Tou Tria Vang Xeng"),
        _words("Cha Chang Cheng Fang Hang Her Khang Kong Lee Lor Lo Moua Thao Vang Vue Xiong Yang"),
    ),
    Heritage(
        0.04,
        "Armenian",
        _words("Ani Anahit Arpine Gayane Hasmik Lilit Lusine Mariam Nare Narine Siranush Talin"),
        _words("Ara Aram Armen Arsen Davit Garo Gevorg Hagop Hayk Hovik Karen Narek Tigran Vahan"),
        _words("Abrahamian Avakyan Bagdasarian Boyajian Demirjian Galstyan Grigoryan Hakobyan "
               "Hovhannisyan Karapetyan Kasparian Manukyan Minasian Petrosyan Ter-Petrosian"),
    ),
    Heritage(
        0.04,
        "Korean",
        _words("Eun Eunji Haeun Hana Hyejin Jihye Jiwon Mina Minji Seoyeon Soojin Sora Yuna Yujin"),
        _words("Dongwoo Hyun Jaemin Jihoon Jinho Joon Junho Minho Sangwoo Seung Sungmin Taeyang"),
        _words("Ahn Bae Baek Cho Choi Han Hong Hwang Im Jang Jeong Jung Kang Kim Kwon Min Noh Oh "
               "Park Ryu Seo Shin Song Yoo Yoon"),
    ),
)  # fmt: skip

TREES: Final = _words(
    "Acacia Alder Ash Aspen Bay Beech Birch Buckeye Cedar Cherry Chestnut Cypress Elderberry Elm "
    "Fir Hawthorn Hazel Hickory Juniper Laurel Linden Locust Madrone Magnolia Manzanita Maple "
    "Mulberry Oak Olive Pine Plum Poplar Redwood Sequoia Spruce Sycamore Tamarack Walnut Willow"
)
PRESIDENTS: Final = _words(
    "Washington Adams Jefferson Madison Monroe Jackson Harrison Tyler Polk Taylor Fillmore Pierce "
    "Buchanan Lincoln Johnson Grant Hayes Garfield Arthur Cleveland McKinley Roosevelt Taft Wilson"
)
NUMBERED: Final = _words(
    "1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th 11th 12th 13th 14th 15th 16th 17th 18th 19th 20th "
    "21st 22nd 23rd 24th 25th 26th 27th 28th 29th 30th 31st 32nd 33rd 34th 35th 36th 37th 38th "
    "39th 40th 41st 42nd 43rd 44th 45th 46th 47th 48th 49th 50th 51st 52nd 53rd 54th 55th 56th"
)
SPANISH: Final = (
    "Alameda",
    "Alvarado",
    "Avenida del Sol",
    "Buena Vista",
    "Camino Real",
    "Cañada",
    "Castañeda",
    "Del Monte",
    "Dolores",
    "El Cajón",
    "Encina",
    "Esperanza",
    "Las Flores",
    "La Paloma",
    "Loma Linda",
    "Los Gatos",
    "Mariposa",
    "Montaña",
    "Palomar",
    "Peña",
    "Piñon",
    "Portola",
    "Ramona",
    "Salinas",
    "San Benito",
    "San Lorenzo",
    "Santa Inés",
    "Señorita",
    "Serrano",
    "Vallejo",
)
PEOPLE: Final = _words(
    "Abbey Alder Amador Anderson Arbuckle Bancroft Barton Bishop Bradford Bryant Calloway Carver "
    "Chandler Clayton Colfax Crosby Dalton Dewey Dutton Eastman Emerson Fairfax Farley Fenton "
    "Fremont Gardner Gilman Hadley Hamilton Hancock Hartley Hollister Hopkins Irving Kendall "
    "Kirkland Larkin Lathrop Lockwood Marlow Meade Merritt Norwood Oakley Paxton Pickett Quincy "
    "Radcliff Ransom Sheldon Sherman Stanton Sutter Thornton Truman Upton Vernon Wakefield Webster "
    "Whitman Winslow Yates"
)
FIRST_HALVES: Final = _words(
    "Amber Arbor Bell Birch Black Blue Brook Canyon Clear Clover Copper Cotton Creek Crystal Deer "
    "Eagle Falcon Fern Fox Gold Golden Grass Green Hawk Heather Hidden High Holly Honey Iron "
    "Ivy Laurel Lark Long Meadow Mill Moon Mountain Oak Orchard Pebble Pheasant Quail Rain Raven "
    "River Rock Rose Russet Sage Sand Shadow Silver Spring Star Stone Summer Sun Sweet Thistle "
    "Timber Valley Vine West Wild Wind Winter Wood"
)
SECOND_HALVES: Final = _words(
    "berry bird brook crest dale field flower ford gate glen grove haven hill hollow land leaf "
    "meadow mont point ridge run shade side stone stream vale view ville water wind wood"
)
TYPES: Final = {
    "Street": "ST",
    "Avenue": "AVE",
    "Boulevard": "BLVD",
    "Road": "RD",
    "Drive": "DR",
    "Lane": "LN",
    "Court": "CT",
    "Place": "PL",
    "Circle": "CIR",
    "Way": "WAY",
    "Loop": "LOOP",
    "Terrace": "TER",
    "Parkway": "PKWY",
    "Highway": "HWY",
}
DIRECTIONS: Final = {"North": "N", "South": "S", "East": "E", "West": "W"}
TOWNS: Final = (
    "Alder Grove",
    "Cottonwood Bend",
    "Peñasco",
    "Millbrae Flats",
    "Three Oaks",
    "Harlow",
    "Dos Cerros",
    "Quincy Landing",
    "Orchard Valley",
    "Larkspur Mesa",
    "Stonefield",
    "Rancho Tejón",
    "Copper Hill",
    "West Marlow",
    "Santa Rufina",
    "Fairhaven",
    "Eastbrook",
    "Piñon Springs",
    "Weston",
    "Bell Prairie",
    "Cañada Verde",
    "Tulare Ferry",
    "Northgate",
    "Sycamore Ford",
    "La Honda Vieja",
    "Pine Crossing",
    "Redbank",
    "Vista del Río",
    "Arbuckle Mills",
    "Sage Junction",
    "Old Mission",
    "Hollister Bay",
    "Winslow",
    "El Roble",
    "Clearwater",
    "Kearny Point",
)


def short(street: str) -> str:
    """A street name as county files print it: ``North Oak Street`` becomes ``N OAK ST``."""
    words = street.split()
    if len(words) > 1 and words[0] in DIRECTIONS:
        words[0] = DIRECTIONS[words[0]]
    words[-1] = TYPES.get(words[-1], words[-1])
    return " ".join(words).upper()


class Namer:
    """Gives every irregular street of a town a name of its own."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.given: set[str] = set()

    def __call__(self, *kinds: str) -> str:
        """A fresh name such as ``Fox Hollow Court``; `kinds` are the types to choose from."""
        while True:
            base = self._base()
            name = f"{base} {one_of(self.rng, kinds)}"
            if name not in self.given:
                self.given.add(name)
                return name

    def _base(self) -> str:
        first = one_of(self.rng, FIRST_HALVES)
        second = one_of(self.rng, SECOND_HALVES)
        choices = [first + second] * 4 + [f"{first} {second.title()}"] * 3
        choices += [one_of(self.rng, SPANISH), one_of(self.rng, PEOPLE)]
        return one_of(self.rng, choices)
