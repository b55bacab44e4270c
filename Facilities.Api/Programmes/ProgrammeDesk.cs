using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Facilities.Grains.Kernel;
using Facilities.Grains.Payments;
using Facilities.Grains.Programmes;
using Facilities.Silo.Identity;
using Orleans;

namespace Facilities.Api.Programmes;

/// <summary>Writes programmes for the API and for the page alike: whoever writes one becomes its officer.</summary>
public sealed class ProgrammeDesk(IGrainFactory grains, Memberships memberships)
{
    private const int SlugMax = 60;

    /// <summary>A new draft. Everybody of the funder that the writer acts for gets the same roles in it.</summary>
    public async Task<Answer<ProgrammeView>> Write(CommandId command, Actor by, ProgrammeBody body)
    {
        var terms = body.AsTerms(IdOf(body.Name, command));
        if (by.Memberships.FirstOrDefault(
            m => m.Kind == OrganisationKind.Funder && m.Roles.Contains(Role.Officer)
                && m.OrganisationId != terms.Id.Value) is not { } funder)
            return Refusal.Of("notAllowed", "Only officers of a funder write programmes.");
        // What a repeat sends must be the same, although the writer has become an officer meanwhile.
        by = by with { Memberships = [funder] };
        if (ProgrammeFaults.Of(terms) is { IsEmpty: false } faults) return Invalid(faults);
        var grain = grains.GetGrain<IProgrammeGrain>(terms.Id.Value);
        if ((await grain.Draft(new DraftProgramme(command, by, terms))).Refusal is { } refused)
            return Refusal.Of(refused);
        // A repeat comes here again, so that a crash before this leaves no programme without officers.
        await memberships.Share(OrganisationKind.Funder, funder.OrganisationId, terms.Id.Value, terms.Funder);
        return (await grain.View())!;
    }

    /// <summary>A programme written anew: a draft at will, a published one only forward.</summary>
    public async Task<Answer<ProgrammeView>> Change(
        CommandId command, Actor by, ProgrammeId programme, ProgrammeBody body, long? seen)
    {
        var grain = grains.GetGrain<IProgrammeGrain>(programme.Value);
        var terms = body.AsTerms(programme);
        var reply = await grain.Change(new ChangeProgramme(command, by, terms, seen));
        if (reply.Refusal is { Code: ProgrammeRefusal.NotValid or ProgrammeRefusal.NotForward } refused)
            return Refusal.Of(Refusal.NameOf(refused.Code), refused.Reason, await grain.FaultsOf(terms));
        return reply.Refusal is { } refusal ? Refusal.Of(refusal) : (await grain.View())!;
    }

    private static Refusal Invalid(ImmutableArray<Fault> faults) =>
        Refusal.Of("notValid", "The programme was not written: some of it cannot be used.", faults);

    /// <summary>The name as an address shows it, made unique by the command that writes it.</summary>
    private static ProgrammeId IdOf(string name, CommandId command)
    {
        var slug = new StringBuilder();
        foreach (var letter in name.Normalize(NormalizationForm.FormD))
        {
            if (slug.Length >= SlugMax) break;
            if (char.IsAsciiLetterOrDigit(letter)) slug.Append(char.ToLowerInvariant(letter));
            else if (CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark
                && slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }
        var own = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(command.Value)))[..8];
        return new ProgrammeId($"{(slug.Length == 0 ? "programme" : slug.ToString().TrimEnd('-'))}-{own}");
    }
}
