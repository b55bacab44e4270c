using System.Collections.Immutable;
using Facilities.Grains.Enterprises;

namespace Facilities.Api.Accounts;

/// <summary>How kinds of owners and of control are called on pages.</summary>
public static class SizeWords
{
    public static readonly ImmutableArray<(EnterpriseKind Kind, string Words)> Kinds =
    [
        (EnterpriseKind.Company, "Company"), (EnterpriseKind.Person, "Person, or persons who act together"),
        (EnterpriseKind.PublicBody, "Public body: state, region, town"),
        (EnterpriseKind.University, "University or research centre without profit"),
        (EnterpriseKind.VentureCapital, "Venture capital company"),
        (EnterpriseKind.BusinessAngel, "Business angel, below €1.25 million here"),
        (EnterpriseKind.PublicInvestmentCorporation, "Public investment corporation"),
        (EnterpriseKind.InstitutionalInvestor, "Institutional investor or regional fund"),
        (EnterpriseKind.SmallLocalAuthority, "Small town: below 5,000 people and €10 million"),
    ];

    public static readonly ImmutableArray<(Control Control, string Words)> Controls =
    [
        (Control.None, "None"), (Control.Board, "May appoint or remove most of the board"),
        (Control.Contract, "Dominant influence by contract or articles"),
        (Control.Agreement, "Controls most votes by agreement with other owners"),
    ];
}
