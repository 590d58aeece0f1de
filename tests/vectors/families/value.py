"""cases 136-158: amount and currency."""

from .vector_file import NOW, RULE, URN, Family, element, email, number, sent

FAMILY = Family("value", "Amount and currency: both or neither, digit for digit.")
case = FAMILY.case

MAIL = email("a@b.c")


def given(**fields):
    return {"rule": RULE, "happened_at": NOW, "email": "a@b.c", **fields}


def goes(note, amount, sent_amount, *warnings, currency="EUR", sent_currency=None):
    case(
        note,
        given(amount=amount, currency=currency),
        sent(element(MAIL, value=(sent_currency or currency, sent_amount)), *warnings),
    )


def dropped(note, amount, code, currency="EUR"):
    case(note, given(amount=amount, currency=currency), sent(element(MAIL), (code, "amount")))


def no_currency(note, currency):
    case(
        note,
        given(amount="19.90", currency=currency),
        sent(element(MAIL), ("UNKNOWN_CURRENCY", "currency")),
    )


def nested(value):
    return {
        "conversion": URN + RULE,
        "conversionHappenedAt": NOW,
        "conversionValue": value,
        "user": {"userIds": [{"idType": "SHA256_EMAIL", "idValue": "a@b.c"}]},
    }


goes("cases 136: number", number("19.9"), "19.9")
goes("cases 137: text", "19.90", "19.90")
goes("cases 137: text with blanks", " 19.90 ", "19.90")
goes("cases 137: one digit after the point", "19.9", "19.9")
goes("cases 137: many digits before the point", "1234567.89", "1234567.89")
case(
    "cases 137: nested form",
    nested({"currencyCode": "EUR", "amount": "149.90"}),
    sent(element(MAIL, value=("EUR", "149.90"))),
)
case(
    "cases 136: number in nested form, which LinkedIn would refuse",
    nested({"currencyCode": "USD", "amount": number("19.9")}),
    sent(element(MAIL, value=("USD", "19.9"))),
)
goes("cases 138: integer", 100, "100")
goes("cases 138: integer as text", "100", "100")
goes(
    "cases 139: the sum of two floats",
    number("0.30000000000000004"),
    "0.30",
    ("FLOAT_AMOUNT", "amount"),
)
goes(
    "cases 139: a float that needs three digits",
    number("19.999"),
    "20.00",
    ("FLOAT_AMOUNT", "amount"),
)
goes(
    "cases 139: a float whose tie goes to the even digit",
    number("0.125"),
    "0.12",
    ("FLOAT_AMOUNT", "amount"),
)
goes(
    "cases 139: text is rounded too, under another code",
    "0.305",
    "0.30",
    ("AMOUNT_ROUNDED", "amount"),
)
goes("cases 139: a tie goes to the even digit", "0.135", "0.14", ("AMOUNT_ROUNDED", "amount"))
goes("cases 139: just above a tie", "0.1250000001", "0.13", ("AMOUNT_ROUNDED", "amount"))
goes("cases 139: rounding carries", "99.999", "100.00", ("AMOUNT_ROUNDED", "amount"))
goes("cases 139: surplus zeros change nothing", "19.9000", "19.90")
dropped("cases 140: large exponent", "1e21", "AMOUNT_TOO_LARGE")
dropped("cases 140: large exponent as a number", number("1e21"), "AMOUNT_TOO_LARGE")
goes("cases 140: small exponent", "1e-7", "0.00", ("AMOUNT_ROUNDED", "amount"))
goes("cases 140: small exponent as a number", number("1e-7"), "0.00", ("FLOAT_AMOUNT", "amount"))
goes("cases 140: exponent that fits", "1e2", "100")
goes("cases 140: exponent with a point", "1.5E1", "15")
goes("cases 140: exponent that leaves a fraction", "1234e-2", "12.34")
dropped("cases 141: decimal comma", "19,90", "INVALID_AMOUNT")
dropped("cases 142: English thousands", "1,234,567.89", "INVALID_AMOUNT")
dropped("cases 142: German thousands", "1.234,56", "INVALID_AMOUNT")
dropped("cases 142: Swiss thousands", "1'234.56", "INVALID_AMOUNT")
dropped("cases 142: blank as thousands separator", "1 234.56", "INVALID_AMOUNT")
dropped("cases 142: two points", "1.234.56", "INVALID_AMOUNT")
dropped("cases 143: currency sign", "\u20ac19.90", "INVALID_AMOUNT")
dropped("cases 143: currency code", "USD 5", "INVALID_AMOUNT")
dropped("cases 143: per cent", "5%", "INVALID_AMOUNT")
dropped("cases 144: NaN", "NaN", "INVALID_AMOUNT")
dropped("cases 144: Infinity", "Infinity", "INVALID_AMOUNT")
dropped("cases 144: inf", "inf", "INVALID_AMOUNT")
dropped("cases 144: a word", "neunzehn", "INVALID_AMOUNT")
dropped("cases 144: an object", {}, "INVALID_AMOUNT")
dropped("cases 144: a boolean", True, "INVALID_AMOUNT")
dropped("cases 144: empty text", "", "INVALID_AMOUNT")
dropped("cases 144: hexadecimal", "0x10", "INVALID_AMOUNT")
dropped("cases 144: only a point", ".", "INVALID_AMOUNT")
dropped("cases 144: only a sign", "+", "INVALID_AMOUNT")
dropped("cases 144: digits that are not ASCII", "\u0661\u0662", "INVALID_AMOUNT")
dropped("cases 145: a refund", "-10", "NEGATIVE_AMOUNT")
dropped("cases 145: a refund as a number", -10, "NEGATIVE_AMOUNT")
dropped("cases 145: less than zero by little", "-0.01", "NEGATIVE_AMOUNT")
goes("cases 146: zero, given", 0, "0")
goes("cases 146: zero as text", "0.00", "0.00")
case("cases 146: zero is never invented", given(), sent(element(MAIL)))
case(
    "cases 147: no currency",
    given(amount="19.90"),
    sent(element(MAIL), ("AMOUNT_WITHOUT_CURRENCY", "amount")),
)
case(
    "cases 147: no currency in nested form",
    nested({"amount": "19.90"}),
    sent(element(MAIL), ("AMOUNT_WITHOUT_CURRENCY", "amount")),
)
case(
    "cases 148: no amount",
    given(currency="EUR"),
    sent(element(MAIL), ("CURRENCY_WITHOUT_AMOUNT", "currency")),
)
case(
    "cases 148: null for an amount",
    given(amount=None, currency="EUR"),
    sent(element(MAIL), ("CURRENCY_WITHOUT_AMOUNT", "currency")),
)
case(
    "cases 148: null for both", nested({"currencyCode": None, "amount": None}), sent(element(MAIL))
)
case("cases 148: null for the value", nested(None), sent(element(MAIL)))
goes("cases 149: lower case", "19.90", "19.90", currency="usd", sent_currency="USD")
goes("cases 149: blanks around", "19.90", "19.90", currency=" USD ", sent_currency="USD")
no_currency("cases 150: invented", "XYZ")
no_currency("cases 150: invented in lower case", "abc")
no_currency("cases 151: a sign", "US$")
no_currency("cases 151: a name", "Euro")
no_currency("cases 151: a name in upper case", "EURO")
no_currency("cases 151: a number", "978")
no_currency("cases 151: two letters", "EU")
goes(
    "cases 155: yen have no fraction",
    "1000.50",
    "1000",
    ("AMOUNT_ROUNDED", "amount"),
    currency="JPY",
)
goes("cases 155: the other tie", "1001.50", "1002", ("AMOUNT_ROUNDED", "amount"), currency="JPY")
goes("cases 155: yen with zeros", "1000.00", "1000", currency="JPY")
goes("cases 155: dinars have three digits", "1.234", "1.234", currency="KWD")
goes(
    "cases 155: dinars round at the fourth",
    "1.2345",
    "1.234",
    ("AMOUNT_ROUNDED", "amount"),
    currency="BHD",
)
goes("cases 155: a float in dinars", number("1.234"), "1.234", currency="KWD")
goes(
    "cases 155: a float in yen",
    number("1000.5"),
    "1000",
    ("FLOAT_AMOUNT", "amount"),
    currency="JPY",
)
dropped("cases 156: leading zeros", "007", "INVALID_AMOUNT")
dropped("cases 156: leading zeros before a point", "00.5", "INVALID_AMOUNT")
goes("cases 156: nothing before the point", ".5", "0.5")
goes("cases 156: nothing after the point", "5.", "5")
goes("cases 156: plus sign", "+5", "5")
goes("cases 156: plus sign and a fraction", "+.5", "0.5")
goes("cases 157: 18 digits", "9" * 18, "9" * 18)
goes("cases 157: 18 digits and a fraction", "9" * 18 + ".99", "9" * 18 + ".99")
dropped("cases 157: 19 digits", "1" + "0" * 18, "AMOUNT_TOO_LARGE")
dropped("cases 157: 30 digits", "1" * 30, "AMOUNT_TOO_LARGE")
case(
    "cases 151: a bad currency never costs the event",
    given(amount="neunzehn", currency="EUR", event_id="order-1"),
    sent(element(MAIL, event_id="order-1"), ("INVALID_AMOUNT", "amount")),
)
