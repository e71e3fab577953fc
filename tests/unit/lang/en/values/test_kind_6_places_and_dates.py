"""Kind 6: a place has its own time or is refused by its name, never the time of somewhere else."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from jarvisd.lang.en.places import read_place
from jarvisd.lang.values import Unreadable, UnreadableReason


def cases(table: str) -> list[tuple[str, str]]:
    """Lines of "what is said | what it means"."""
    pairs = [line.rpartition(" | ") for line in table.strip("\n").splitlines()]
    return [(said.strip(), meant.strip()) for said, _, meant in pairs]


PLACES = cases("""
São Paulo | America/Sao_Paulo
Sao Paulo | America/Sao_Paulo
sao paulo | America/Sao_Paulo
Rio | America/Sao_Paulo
Rio de Janeiro | America/Sao_Paulo
Brasília | America/Sao_Paulo
Buenos Aires | America/Argentina/Buenos_Aires
Bogotá | America/Bogota
Lima | America/Lima
Santiago | America/Santiago
Caracas | America/Caracas
Montevideo | America/Montevideo
Quito | America/Guayaquil
Beijing | Asia/Shanghai
Peking | Asia/Shanghai
Shanghai | Asia/Shanghai
Shenzhen | Asia/Shanghai
Guangzhou | Asia/Shanghai
Hong Kong | Asia/Hong_Kong
Taipei | Asia/Taipei
Tokyo | Asia/Tokyo
Osaka | Asia/Tokyo
Kyoto | Asia/Tokyo
Seoul | Asia/Seoul
Busan | Asia/Seoul
Singapore | Asia/Singapore
Kuala Lumpur | Asia/Kuala_Lumpur
KL | Asia/Kuala_Lumpur
Jakarta | Asia/Jakarta
Bali | Asia/Makassar
Bangkok | Asia/Bangkok
Hanoi | Asia/Ho_Chi_Minh
Ho Chi Minh City | Asia/Ho_Chi_Minh
Saigon | Asia/Ho_Chi_Minh
Manila | Asia/Manila
Mumbai | Asia/Kolkata
Bombay | Asia/Kolkata
Delhi | Asia/Kolkata
New Delhi | Asia/Kolkata
Bangalore | Asia/Kolkata
Bengaluru | Asia/Kolkata
Calcutta | Asia/Kolkata
Chennai | Asia/Kolkata
Karachi | Asia/Karachi
Islamabad | Asia/Karachi
Dhaka | Asia/Dhaka
Kathmandu | Asia/Kathmandu
Colombo | Asia/Colombo
Tehran | Asia/Tehran
Dubai | Asia/Dubai
Abu Dhabi | Asia/Dubai
Doha | Asia/Qatar
Riyadh | Asia/Riyadh
Baghdad | Asia/Baghdad
Tel Aviv | Asia/Jerusalem
Jerusalem | Asia/Jerusalem
Beirut | Asia/Beirut
Istanbul | Europe/Istanbul
Ankara | Europe/Istanbul
Cairo | Africa/Cairo
Nairobi | Africa/Nairobi
Lagos | Africa/Lagos
Accra | Africa/Accra
Johannesburg | Africa/Johannesburg
Cape Town | Africa/Johannesburg
Casablanca | Africa/Casablanca
Addis Ababa | Africa/Addis_Ababa
Dakar | Africa/Dakar
London | Europe/London
Edinburgh | Europe/London
Birmingham | Europe/London
Manchester | Europe/London
Dublin | Europe/Dublin
Paris | Europe/Paris
Marseille | Europe/Paris
Nice | Europe/Paris
Berlin | Europe/Berlin
Munich | Europe/Berlin
Cologne | Europe/Berlin
Köln | Europe/Berlin
Frankfurt | Europe/Berlin
Hamburg | Europe/Berlin
Nuremberg | Europe/Berlin
Düsseldorf | Europe/Berlin
Vienna | Europe/Vienna
Zurich | Europe/Zurich
Zürich | Europe/Zurich
Geneva | Europe/Zurich
Rome | Europe/Rome
Milan | Europe/Rome
Florence | Europe/Rome
Naples | Europe/Rome
Venice | Europe/Rome
Madrid | Europe/Madrid
Barcelona | Europe/Madrid
Seville | Europe/Madrid
Málaga | Europe/Madrid
Lisbon | Europe/Lisbon
Porto | Europe/Lisbon
Amsterdam | Europe/Amsterdam
Rotterdam | Europe/Amsterdam
The Hague | Europe/Amsterdam
Brussels | Europe/Brussels
Antwerp | Europe/Brussels
Luxembourg | Europe/Luxembourg
Copenhagen | Europe/Copenhagen
Stockholm | Europe/Stockholm
Gothenburg | Europe/Stockholm
Malmö | Europe/Stockholm
Oslo | Europe/Oslo
Helsinki | Europe/Helsinki
Reykjavik | Atlantic/Reykjavik
Warsaw | Europe/Warsaw
Łódź | Europe/Warsaw
Kraków | Europe/Warsaw
Prague | Europe/Prague
Budapest | Europe/Budapest
Bucharest | Europe/Bucharest
Sofia | Europe/Sofia
Belgrade | Europe/Belgrade
Zagreb | Europe/Zagreb
Athens | Europe/Athens
Kyiv | Europe/Kyiv
Kiev | Europe/Kyiv
Odessa | Europe/Kyiv
Moscow | Europe/Moscow
St. Petersburg | Europe/Moscow
Saint Petersburg | Europe/Moscow
Vladivostok | Asia/Vladivostok
New York | America/New_York
New York City | America/New_York
NYC | America/New_York
Manhattan | America/New_York
Boston | America/New_York
Philadelphia | America/New_York
Miami | America/New_York
Atlanta | America/New_York
Detroit | America/Detroit
Chicago | America/Chicago
Houston | America/Chicago
Dallas | America/Chicago
Austin | America/Chicago
New Orleans | America/Chicago
Memphis | America/Chicago
Minneapolis | America/Chicago
Denver | America/Denver
Salt Lake City | America/Denver
Phoenix | America/Phoenix
San Francisco | America/Los_Angeles
Los Angeles | America/Los_Angeles
LA | America/Los_Angeles
L.A. | America/Los_Angeles
SF | America/Los_Angeles
San Diego | America/Los_Angeles
Seattle | America/Los_Angeles
Las Vegas | America/Los_Angeles
Portland | America/Los_Angeles
Anchorage | America/Anchorage
Honolulu | Pacific/Honolulu
Toronto | America/Toronto
Montreal | America/Toronto
Montréal | America/Toronto
Ottawa | America/Toronto
Vancouver | America/Vancouver
Calgary | America/Edmonton
Winnipeg | America/Winnipeg
Mexico City | America/Mexico_City
Guadalajara | America/Mexico_City
Havana | America/Havana
Sydney | Australia/Sydney
Melbourne | Australia/Melbourne
Brisbane | Australia/Brisbane
Perth | Australia/Perth
Adelaide | Australia/Adelaide
Auckland | Pacific/Auckland
Wellington | Pacific/Auckland
Honolulu, Hawaii | Pacific/Honolulu
Paris, France | Europe/Paris
Paris, Texas | America/Chicago
Paris Texas | America/Chicago
Portland, Maine | America/New_York
Portland, Oregon | America/Los_Angeles
Portland, OR | America/Los_Angeles
Springfield, Illinois | America/Chicago
Springfield Massachusetts | America/New_York
London, Ontario | America/Toronto
Cambridge, UK | Europe/London
Cambridge, England | Europe/London
Cambridge in Massachusetts | America/New_York
Birmingham, Alabama | America/Chicago
Athens, Georgia | America/New_York
Moscow, Idaho | America/Los_Angeles
Sydney, Australia | Australia/Sydney
Valencia, Spain | Europe/Madrid
Washington DC | America/New_York
Washington, D.C. | America/New_York
Berlin in Germany | Europe/Berlin
Germany | Europe/Berlin
France | Europe/Paris
Spain | Europe/Madrid
Portugal | Europe/Lisbon
Italy | Europe/Rome
the Netherlands | Europe/Amsterdam
Holland | Europe/Amsterdam
the UK | Europe/London
UK | Europe/London
England | Europe/London
Scotland | Europe/London
Ireland | Europe/Dublin
Poland | Europe/Warsaw
the Czech Republic | Europe/Prague
Turkey | Europe/Istanbul
Ukraine | Europe/Kyiv
India | Asia/Kolkata
China | Asia/Shanghai
Japan | Asia/Tokyo
South Korea | Asia/Seoul
Thailand | Asia/Bangkok
Vietnam | Asia/Ho_Chi_Minh
Nepal | Asia/Kathmandu
Iran | Asia/Tehran
Israel | Asia/Jerusalem
the UAE | Asia/Dubai
Egypt | Africa/Cairo
Nigeria | Africa/Lagos
Kenya | Africa/Nairobi
South Africa | Africa/Johannesburg
Argentina | America/Argentina/Buenos_Aires
Peru | America/Lima
Colombia | America/Bogota
New Zealand | Pacific/Auckland
Iceland | Atlantic/Reykjavik
California | America/Los_Angeles
Arizona | America/Phoenix
Hawaii | Pacific/Honolulu
Colorado | America/Denver
Tasmania | Australia/Hobart
Queensland | Australia/Brisbane
Alberta | America/Edmonton
Pacific time | America/Los_Angeles
Pacific Standard Time | America/Los_Angeles
Eastern time | America/New_York
Central time | America/Chicago
Mountain time | America/Denver
Central European Time | Europe/Berlin
Central Europe | Europe/Berlin
CET | Europe/Berlin
PST | America/Los_Angeles
EST | America/New_York
Greenwich Mean Time | Etc/GMT
GMT | Etc/GMT
UTC | Etc/UTC
UTC+3 | Etc/GMT-3
UTC +3 | Etc/GMT-3
GMT-5 | Etc/GMT+5
UTC plus 3 | Etc/GMT-3
UTC+0 | Etc/UTC
the East Coast | America/New_York
Tokyo time | Asia/Tokyo
Canary Islands | Atlantic/Canary
Kosovo | Europe/Belgrade
Ulaanbaatar | Asia/Ulaanbaatar
Halle | Europe/Berlin
Tonga | Pacific/Tongatapu
Macau | Asia/Macau
Bath | Europe/London
Galway | Europe/Dublin
Timbuktu | Africa/Bamako
Europe/Berlin | Europe/Berlin
America/New York | America/New_York
""")

REFUSED_PLACES = cases("""
 | missing
Hogwarts | not_understood
Narnia | not_understood
Mordor | not_understood
Gotham | not_understood
the moon | not_understood
Mars | not_understood
my house | not_understood
the kitchen | not_understood
heaven | not_understood
an hour | not_understood
3 days | not_understood
bed | not_understood
the morning | not_understood
English | not_understood
general | not_understood
binary | not_understood
Paris banana | not_understood
banana Paris | not_understood
Berlin, Japan | not_understood
Paris and London | not_understood
London Paris | not_understood
Central | ambiguous
Eastern | not_understood
US Central Banana | not_understood
Etc | not_understood
Europe/Nowhere | not_understood
UTC+30 | implausible
UTC+5:30 | implausible
Springfield | ambiguous
Goa | ambiguous
Cambridge | ambiguous
Georgia | ambiguous
Washington | ambiguous
Salem | ambiguous
Valencia | ambiguous
Richmond | ambiguous
Newcastle | ambiguous
Victoria | ambiguous
USA | ambiguous
the United States | ambiguous
America | ambiguous
Canada | ambiguous
Australia | ambiguous
Russia | ambiguous
Brazil | ambiguous
Mexico | ambiguous
Indonesia | ambiguous
Texas | ambiguous
Tennessee | ambiguous
Europe | ambiguous
Asia | ambiguous
Africa | ambiguous
Eastern Europe | ambiguous
South America | ambiguous
IST | ambiguous
""")


@pytest.mark.parametrize(("said", "zone"), PLACES)
def test_a_place(said: str, zone: str) -> None:
    assert read_place(said).zone == zone


@pytest.mark.parametrize(("said", "reason"), REFUSED_PLACES)
def test_no_place(said: str, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_place(said)
    assert refused.value.reason.value == reason
    for choice in refused.value.choices:
        assert ZoneInfo(read_place(choice).zone)


def test_a_choice_is_between_different_times() -> None:
    with pytest.raises(Unreadable) as refused:
        read_place("Springfield")
    assert refused.value.reason is UnreadableReason.AMBIGUOUS
    assert len({read_place(choice).zone for choice in refused.value.choices}) > 1
