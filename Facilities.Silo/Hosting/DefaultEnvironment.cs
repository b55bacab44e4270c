namespace Facilities.Silo.Hosting;

/// <summary>Which environment it is where nobody says.</summary>
public static class DefaultEnvironment
{
    /// <summary>
    /// <c>Development</c> in a checkout, so that the first start shows the demonstration; null elsewhere, which the
    /// framework takes for production. Whoever names an environment is always obeyed.
    /// </summary>
    /// <param name="args">The command line, which may name one.</param>
    public static string? For(string[] args) =>
        Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") is null
        && Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") is null
        && !args.Any(NamesEnvironment)
        && FacilitiesHosting.CheckoutFolder() is not null
            ? "Development"
            : null;

    private static bool NamesEnvironment(string argument) =>
        argument.TrimStart('-', '/').Split('=')[0].Equals("environment", StringComparison.OrdinalIgnoreCase);
}
