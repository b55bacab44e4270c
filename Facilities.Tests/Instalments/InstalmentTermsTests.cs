using Facilities.Grains.Instalments;
using Facilities.Grains.Kernel;
using Facilities.Grains.Programmes;
using static Facilities.Tests.Pricing.PriceSamples;

namespace Facilities.Tests.Instalments;

/// <summary>What a programme says of its instalments.</summary>
public sealed class InstalmentTermsTests
{
    private static readonly ProgrammeTerms Half = BerlinAbroad with
    {
        PaymentMode = PaymentMode.Instalments,
        Instalments = new(new(50), 30),
    };

    [Fact]
    public void Every_fault_is_named_where_it_stands()
    {
        Assert.Empty(InstalmentTerms.Faults(Half));
        Assert.Empty(InstalmentTerms.Faults(BerlinAbroad));
        string[] Of(ProgrammeTerms terms) => [.. ProgrammeFaults.Of(terms).Select(f => f.Pointer)];
        Assert.Contains("/instalments", Of(Half with { Instalments = null }));
        Assert.Contains("/instalments", Of(Half with { PaymentMode = PaymentMode.Reimbursement }));
        Assert.Equal(
            ["/instalments/advance", "/instalments/paidWithinDays", "/instalments/repaidWithinDays"],
            Of(Half with { Instalments = new(new(100), 0, 366) }));
    }

    [Theory]
    [InlineData(40, 30, 30, "/instalments/advance")]
    [InlineData(50, 31, 30, "/instalments/paidWithinDays")]
    [InlineData(50, 30, 29, "/instalments/repaidWithinDays")]
    [InlineData(60, 14, 60, null)]
    public void Instalments_change_only_forward(int advance, int paid, int repaid, string? pointer) => Assert.Equal(
        pointer, InstalmentTerms.NotForward(
            Half, Half with { Instalments = new(new(advance), paid, repaid) }).SingleOrDefault()?.Pointer);

    [Theory]
    [InlineData(1_000.01, 50, 500.01)]
    [InlineData(0.01, 33, 0.00)]
    public void An_advance_is_rounded_half_up_to_the_cent(decimal reserved, int share, decimal advance) =>
        Assert.Equal(
            Eur(advance), InstalmentTerms.AdvanceOf(Half with { Instalments = new(new(share), 30) }, Eur(reserved)));
}
