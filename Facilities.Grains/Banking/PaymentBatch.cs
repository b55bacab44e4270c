using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Facilities.Grains.Kernel;
using NodaTime;

namespace Facilities.Grains.Banking;

/// <summary>An account with whose it is.</summary>
/// <param name="Name">As banks know the holder.</param>
/// <param name="Iban">Without spaces.</param>
public sealed record BankParty(string Name, string Iban);

/// <summary>One claim that a file has the bank pay.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="EndToEndId">By which the bank's answer names it; unique among all files.</param>
/// <param name="Amount">What is paid.</param>
/// <param name="Creditor">Who is paid.</param>
/// <param name="Text">What the creditor reads on the statement.</param>
public sealed record BatchPayment(ClaimId Claim, string EndToEndId, Money Amount, BankParty Creditor, string Text);

/// <summary>
/// A file of payments. All that stands in the file stands here, so that it can be written again byte for byte.
/// </summary>
/// <param name="Id">The batch.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="ByName">By whom.</param>
/// <param name="RequestedOn">When the bank is asked to pay.</param>
/// <param name="Debtor">Who pays.</param>
/// <param name="Payments">At least one.</param>
public sealed record PaymentBatch(
    string Id, Instant MadeAt, string ByName, LocalDate RequestedOn, BankParty Debtor,
    ImmutableArray<BatchPayment> Payments)
{
    /// <summary>The file's own id, at most 35 characters.</summary>
    public string MessageId => NameOf("FM", Id);

    /// <summary>What it pays in all, by currency; most files have one.</summary>
    [JsonIgnore]
    public ImmutableArray<Money> Sums =>
        [.. Payments.GroupBy(p => p.Amount.Currency, p => p.Amount).Select(of => Money.Sum(of, of.Key))];

    /// <summary>What it pays in the first of its currencies.</summary>
    public Money Sum => Sums[0];

    /// <summary>A name that fits the 35 characters of the standard and that no other thing has.</summary>
    public static string NameOf(string kind, params ReadOnlySpan<string> parts) => kind + Convert.ToHexString(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts.ToArray()))))[..30];
}

/// <summary>A claim that a file could not take, and why.</summary>
public sealed record LeftOut(ClaimId Claim, Money Amount, string Reason);

/// <summary>Who would be paid for a claim; without a valid account it is left out.</summary>
public sealed record Payee(ClaimId Claim, BankParty? Party, string? Fault);
