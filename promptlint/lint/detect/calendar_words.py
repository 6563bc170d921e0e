"""Names of months and days of the week, and the small words between a date and a time, as prompts spell them."""

from __future__ import annotations

# One line for each month, all languages together: whatever stands beside a day number is looked up here.
_MONTHS = """
jan january januar janvier janv enero ene janeiro gennaio gen januari stycznia styczeń sty ocak oca января янв januarie ianuarie leden ledna січня tammikuuta يناير जनवरी
feb february februar février févr fevrier febrero fevereiro fev febbraio februari lutego luty şubat şub февраля фев februarie února únor лютого helmikuuta فبراير फरवरी फ़रवरी
mar march märz mär maerz mars marzo março maart mrt marca marzec mart марта мар martie března březen березня maaliskuuta مارس मार्च maret
apr april avril avr abril abr aprile april kwietnia kwiecień nisan nis апреля апр aprilie dubna duben квітня huhtikuuta أبريل ابريل अप्रैल
may mai mayo maio maggio mag mei maja maj mayıs мая май května květen травня toukokuuta مايو मई
jun june juni juin junho junio giugno giu czerwca czerwiec haziran haz июня июн iunie června červen червня kesäkuuta يونيو जून
jul july juli juillet juil julho julio luglio lug lipca lipiec temmuz tem июля июл iulie července červenec липня heinäkuuta يوليو जुलाई
aug august août aout agosto ago augustus sierpnia sierpień ağustos ağu августа авг srpna srpen серпня elokuuta أغسطس अगस्त agustus augusti
sep sept september septembre septiembre setembro set settembre września wrzesień eylül eyl сентября сен septembrie září вересня syyskuuta سبتمبر सितंबर सितम्बर
oct october okt oktober octobre octubre outubro out ottobre ott października październik ekim eki октября окт octombrie října říjen жовтня lokakuuta أكتوبر अक्टूबर अक्तूबर
nov november novembre noviembre novembro listopada listopad kasım kas ноября ноя noiembrie листопада marraskuuta نوفمبر नवंबर नवम्बर
dec december dez dezember décembre déc decembre diciembre dic dezembro dicembre grudnia grudzień aralık ara декабря дек decembrie prosince prosinec грудня joulukuuta ديسمبر दिसंबर desember des
"""  # noqa: E501 - a word list reads better by language than by width
MONTHS = {name: number for number, line in enumerate(_MONTHS.split("\n")[1:13], 1) for name in line.split()}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WEEKDAYS = _words("""
mon monday tue tues tuesday wed weds wednesday thu thur thurs thursday fri friday sat saturday sun sunday montag
dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so lundi mardi mercredi jeudi
vendredi samedi dimanche lunes martes miércoles miercoles jueves viernes sábado domingo segunda terça terca
quarta quinta sexta feira segunda-feira terça-feira quarta-feira quinta-feira sexta-feira lunedì martedì
mercoledì giovedì venerdì sabato domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
poniedziałek wtorek środa czwartek piątek sobota niedziela pazartesi salı çarşamba perşembe cuma cumartesi pazar
понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс понеділок вівторок середа
четвер п'ятниця субота неділя måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag
senin selasa rabu kamis jumat sabtu minggu 月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日
月曜 火曜 水曜 木曜 金曜 土曜 日曜 月 火 水 木 金 土 日 星期一
星期二 星期三 星期四 星期五 星期六 星期日 星期天 周一 周二 周三 周四 周五 周六 周日
週一 週二 週三 週四 週五 週六 週日
월요일 화요일 수요일 목요일 금요일 토요일 일요일 월 화 수 목 금 토 일
الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार
""")

# What may stand between the date and the time of one clock, labels included ("Date: … / Time: …").
BETWEEN = _words("""
t at on um à a las às as kl klo ore alle le om o godz godzina saat saati в lúc vào la de den dem der the time
current local uhr uhrzeit hora horas heure hours hour ora tijd vid klokken tid время час година 时间 時間 時刻
現在時刻 当前时间 现在时间 시간 시각
الساعة بجे समय बजे utc gmt date datum fecha data day weekday дата 日期 日付 날짜 ngày and und et y e i
il est es is it ist 午前 午後 上午 下午 晚上 早上 凌晨 中午 오전 오후
""")

# What may stand between an anchor ("current time") and its value.
AFTER_ANCHOR = BETWEEN | _words("""
is was it in for of about around approximately approx exactly now currently today started ist es am jetzt heute
gerade est il nous sommes c'est maintenant es son ahora hoy é são agora hoje è sono adesso oggi het is nu jest
teraz это сейчас là bây giờ şu an utc's server user's system zone timezone iso unix epoch seconds milliseconds
ms s value string är er nu nå nyt είναι η ώρα pukul jam adalah je právě 은 는 이 가 は が です 是 为 為 の
""")
