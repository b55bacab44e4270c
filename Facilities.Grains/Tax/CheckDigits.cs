using System.Globalization;
using NodaTime;

namespace Facilities.Grains.Tax;

/// <summary>Check digits of VAT ids that need more than one line. Each sees the number without its prefix, in the
/// right format.</summary>
internal static class CheckDigits
{
    private const string FrenchAlphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private const string SpanishLetters = "TRWAGMYFPDXBNJZSQVHLCKE";

    public static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    public static int Weighted(string digits, params ReadOnlySpan<int> weights)
    {
        var sum = 0;
        for (var i = 0; i < weights.Length; i++) sum += (digits[i] - '0') * weights[i];
        return sum;
    }

    public static bool Luhn(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            if (i % 2 == 1) digit *= 2;
            sum += digit > 9 ? digit - 9 : digit;
        }
        return sum % 10 == 0;
    }

    public static bool France(string number)
    {
        var (key, siren) = (number[..2], Number(number[2..]));
        if (!number[2..].StartsWith("000", StringComparison.Ordinal) && !Luhn(number[2..])) return false;
        if (key.All(char.IsAsciiDigit)) return Number(key) == (12 + 3 * (siren % 97)) % 97;
        var (first, second) = (FrenchAlphabet.IndexOf(key[0]), FrenchAlphabet.IndexOf(key[1]));
        var code = char.IsAsciiDigit(key[0]) ? 24 * first + second - 10 : 34 * first + second - 100;
        return (siren + 1 + code / 11) % 11 == code % 11;
    }

    /// <summary>ISO 7064 Mod 11, 10.</summary>
    public static bool Germany(string number)
    {
        var product = 10;
        foreach (var digit in number[..8])
        {
            var sum = (digit - '0' + product) % 10;
            product = 2 * (sum == 0 ? 10 : sum) % 11;
        }
        return (11 - product) % 10 == number[8] - '0';
    }

    public static bool Spain(string number)
    {
        char Letter(string digits) => SpanishLetters[Number(digits) % 23];
        var (first, last, seven) = (number[0], number[^1], number[1..8]);
        if (char.IsAsciiDigit(first)) return Letter(number[..8]) == last;
        if ("KLM".Contains(first)) return Letter(seven) == last;
        if ("XYZ".Contains(first)) return Letter($"{first - 'X'}{seven}") == last;
        if (!"ABCDEFGHJNPQRSUVW".Contains(first)) return false;
        var check = Enumerable.Range(0, 10).First(digit => Luhn($"{seven}{digit}"));
        return last == (char)('0' + check) || last == "JABCDEFGHI"[check];
    }

    public static bool Italy(string number)
    {
        var office = Number(number[7..10]);
        return Luhn(number) && number[..7] != "0000000" && office is (>= 1 and <= 100) or 120 or 121 or 888 or 999;
    }

    public static bool UnitedKingdom(string number)
    {
        if (!char.IsAsciiDigit(number[0])) return true;
        var rest = Weighted(number, 8, 7, 6, 5, 4, 3, 2, 10, 1) % 97;
        return rest == 0 || (rest is 42 or 55 && Number(number[..3]) >= 100);
    }

    public static bool Czechia(string number)
    {
        if (number.Length == 8)
        {
            var check = (11 - Weighted(number, 8, 7, 6, 5, 4, 3, 2) % 11) % 11;
            return number[0] != '9' && number[7] - '0' == (check == 0 ? 1 : check % 10);
        }
        if (number.Length == 9 && number[0] == '6')
        {
            var rest = Weighted(number[1..], 8, 7, 6, 5, 4, 3, 2) % 11;
            return number[8] - '0' == (18 - (10 - rest)) % 10;
        }
        return IsCzechBirthNumber(number)
            && (number.Length == 9 || Number(number[..9]) % 11 % 10 == number[9] - '0');
    }

    public static bool Austria(string number)
    {
        var sum = 0;
        for (var i = 0; i < 7; i++)
        {
            var digit = (number[i] - '0') * (i % 2 == 0 ? 1 : 2);
            sum += digit / 10 + digit % 10;
        }
        return (96 - sum) % 10 == number[7] - '0';
    }

    public static bool Netherlands(string number)
    {
        if (Weighted(number, 9, 8, 7, 6, 5, 4, 3, 2, -1) % 11 == 0) return true;
        var rest = 0;
        foreach (var c in "NL" + number)
        {
            var value = char.IsAsciiDigit(c) ? c - '0' : c - 'A' + 10;
            rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
        }
        return rest == 1;
    }

    public static bool Portugal(string number)
    {
        var check = 11 - Weighted(number, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
        return number[8] - '0' == (check > 9 ? 0 : check);
    }

    public static bool Switzerland(string number)
    {
        var check = (11 - Weighted(number, 5, 4, 3, 2, 7, 6, 5, 4) % 11) % 11;
        return check != 10 && number[8] - '0' == check;
    }

    /// <summary>Two digits of the year, month (plus 50 for women, 20 more since 2004), day; nine digits until
    /// 1953.</summary>
    private static bool IsCzechBirthNumber(string number)
    {
        var (year, month, day) = (Number(number[..2]), Number(number[2..4]), Number(number[4..6]));
        if (number.Length == 9 && year > 53) return false;
        year += number.Length == 9 || year >= 54 ? 1900 : 2000;
        month %= 50;
        if (month > 20 && year >= 2004) month -= 20;
        return month is >= 1 and <= 12 && day >= 1 && day <= CalendarSystem.Iso.GetDaysInMonth(year, month);
    }
}
