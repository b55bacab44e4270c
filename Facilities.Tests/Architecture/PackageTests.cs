using System.Xml.Linq;
using Facilities.Tests.TestKit;

namespace Facilities.Tests.Architecture;

/// <summary>
/// Every package is used, and its reason stands beside its version, or before the group that shares it.
/// </summary>
public sealed class PackageTests
{
    private static XDocument Central() => XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"));

    private static IEnumerable<string> Used() => Repository.Files()
        .Where(file => file.EndsWith(".csproj", StringComparison.Ordinal))
        .SelectMany(file => XDocument.Load(Path.Combine(Repository.Root, file)).Descendants("PackageReference"))
        .Select(reference => reference.Attribute("Include")!.Value);

    [Fact]
    public void Every_package_is_used() => Assert.Empty(Unused(Central(), Used()));

    [Fact]
    public void Every_package_has_its_reason_beside_its_version() => Assert.Empty(WithoutReason(Central()));

    [Fact]
    public void A_package_without_use_or_reason_is_found()
    {
        var sample = XDocument.Parse("""
            <Project><ItemGroup>
              <!-- Because. -->
              <PackageVersion Include="A" Version="1.0.0" />
              <PackageVersion Include="B" Version="1.0.0" />
            </ItemGroup></Project>
            """);
        Assert.Equal(["B"], Unused(sample, ["A"]));
        Assert.Equal(["B"], WithoutReason(sample));
    }

    private static IEnumerable<string> Unused(XDocument central, IEnumerable<string> used) =>
        central.Descendants("PackageVersion").Select(NameOf).Except(used);

    private static IEnumerable<string> WithoutReason(XDocument central) => central.Descendants("PackageVersion")
        .Where(package => package.PreviousNode is not XComment && package.Parent!.PreviousNode is not XComment)
        .Select(NameOf);

    private static string NameOf(XElement package) => package.Attribute("Include")!.Value;
}
