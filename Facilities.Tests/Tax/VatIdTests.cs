using Facilities.Grains.Tax;

namespace Facilities.Tests.Tax;

public sealed class VatIdTests
{
    public static TheoryData<string> Good => new((
        "FR40303265045 FR23334175221 FRK7399859412 FR4Z123456782 DE136695976 ESB64717838 ES54362315K ESX5253868R "
            + "ESM1234567L "
        + "ESQ0818001J IT00743110157 HU12892312 GB980780684 GB802311782 GBGD001 GBHA500 SE123456789701 DK13585628 "
        + "CZ25123891 "
        + "CZ7103192745 CZ640903926 ATU13585627 BE0428759497 BE0697449992 NL004495445B01 NL002455799B11 PL8567346215 "
        + "PT501964843 "
        + "FI20774740 NO995525828MVA CHE107787577IVA").Split(' '));

    public static TheoryData<string> Bad => new((
        "FR84323140391 FRIO334175221 FR41303265045 DE136695978 DE036695976 ESB64717839 ESO1234567L IT00743110158 "
            + "HU12892313 "
        + "HU1289231 GB802311781 GBGD500 GBHA499 SE123456789101 DK13585627 CZ25123890 CZ95123891 ATU13585626 "
        + "BE0431150351 "
        + "BE2428759497 NL123456789B90 PL8567346216 PT501964842 FI20774741 NO995525829MVA CHE107787578IVA").Split(' '));

    [Theory]
    [MemberData(nameof(Good))]
    public void VAT16_a_good_number_is_plausible(string vatId) =>
        Assert.Equal(VatIdVerdict.Plausible, VatIds.Check(vatId).Verdict);

    [Theory]
    [MemberData(nameof(Bad))]
    public void VAT16_a_bad_number_is_not(string vatId) => Assert.True(
        VatIds.Check(vatId).Verdict is VatIdVerdict.FormatWrong or VatIdVerdict.CheckDigitWrong);

    [Fact]
    public void VAT16_all_57_vectors_are_here() => Assert.Equal(57, Good.Count + Bad.Count);

    [Theory]
    [InlineData("de 136.695-976", "DE136695976", VatIdVerdict.Plausible)]
    [InlineData("BE 428759497", "BE0428759497", VatIdVerdict.Plausible)]
    [InlineData("DE13669597", "DE13669597", VatIdVerdict.FormatWrong)]
    [InlineData("DE136695978", "DE136695978", VatIdVerdict.CheckDigitWrong)]
    [InlineData("EL123456789", "EL123456789", VatIdVerdict.CountryUnknown)]
    [InlineData("", "", VatIdVerdict.FormatWrong)]
    [InlineData("CZ000000000", "CZ000000000", VatIdVerdict.CheckDigitWrong)]
    public void Numbers_are_read_as_people_write_them(string written, string read, VatIdVerdict verdict) =>
        Assert.Equal((read, verdict), (VatIds.Check(written).VatId, VatIds.Check(written).Verdict));

    [Theory]
    [InlineData("FR48999000102")]
    [InlineData("DE999000130")]
    [InlineData("ESB99000150")]
    [InlineData("IT99900180011")]
    [InlineData("HU99900205")]
    public void The_numbers_of_the_demonstration_have_valid_check_digits(string vatId) =>
        Assert.Equal(VatIdVerdict.Plausible, VatIds.Check(vatId).Verdict);
}
