namespace Facilities.Grains.Kernel;

public static partial class Limits
{
    /// <summary>Enterprises and persons in one declaration of size: a large family of companies.</summary>
    public const int DeclaredEnterprises = 40;

    /// <summary>Holdings in one declaration: what decides who controls whom looks at each with each.</summary>
    public const int DeclaredHoldings = 100;

    /// <summary>Staff of one enterprise: more than any has, so that sums of it hold.</summary>
    public const int DeclaredStaff = 10_000_000;

    /// <summary>The longest name in a declaration, in characters.</summary>
    public const int DeclaredName = 200;

    /// <summary>Grants in one declaration of other aid: more than anybody had in three years.</summary>
    public const int DeclaredAids = 1_000;

    /// <summary>How old the last accounts of a declaration may be, in months: a year, and long to approve it.</summary>
    public const int AccountsMonths = 24;

    /// <summary>How long a declaration holds, in months: then there are new accounts.</summary>
    public const int DeclarationMonths = 12;
}
