using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Facilities.Grains.Runtime;

namespace Facilities.Tests.Golden;

/// <summary>Judges the fixed files that hold one stored event of every name and version.</summary>
internal static class GoldenFiles
{
    /// <summary>What is wrong with the file of one name; null where nothing is.</summary>
    /// <param name="name">The stored name.</param>
    /// <param name="text">The file's text; null where there is none.</param>
    /// <param name="checksum">The checksum it had when it was added; null where it is not listed.</param>
    public static string? Fault(string name, string? text, string? checksum)
    {
        if (text is null)
            return $"{name} has no golden file. Give it a value in TestKit/Samples.cs, run the tests once with "
                + $"GOLDEN=add in the environment, read what Golden/{name}.json holds, and commit it.";
        if (checksum != Checksum(text))
            return $"Golden/{name}.json is not what was added. Databases hold events of this form: bring the file "
                + "back, and give a new form a new version of the name and an upcaster.";
        var stored = JsonNode.Parse(text)!.ToJsonString(Grains.Kernel.Json.Options);
        try
        {
            var again = JsonNode.Parse(EventNames.Write(EventNames.AsStored(new EventData(name, stored))).Json)!
                .ToJsonString(Grains.Kernel.Json.Options);
            return again == stored ? null : $"{name} is read and written back as something else:\n{stored}\n{again}";
        }
        catch (Exception fault) when (fault is System.Text.Json.JsonException or InvalidOperationException)
        {
            return $"{name} as stored cannot be read any more: {fault.Message}";
        }
    }

    /// <summary>The file's text for an event.</summary>
    public static string Text(object happened) => JsonNode.Parse(EventNames.Write(happened).Json)!
        .ToJsonString(new(Grains.Kernel.Json.Options) { WriteIndented = true }).ReplaceLineEndings("\n") + "\n";

    public static string Checksum(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\n"))));

    /// <summary>The list of checksums: one line for each name.</summary>
    public static ImmutableSortedDictionary<string, string> Listed(string text) => text
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split("  "))
        .ToImmutableSortedDictionary(part => part[1], part => part[0], StringComparer.Ordinal);
}
