namespace Facilities.Grains.Accounts;

/// <summary>Which of its activities an SME states for a piece of work.</summary>
public static class StatedActivity
{
    /// <summary>
    /// The profile with the stated activity as the main one, and whether the accounts of each other are kept apart
    /// from it. Null where the SME declared no such activity.
    /// </summary>
    /// <param name="account">The SME.</param>
    /// <param name="nace">What it states; null for its main activity.</param>
    public static AccountProfile? Doing(this AccountProfile account, string? nace)
    {
        if (nace is null || nace == account.Nace) return account;
        var further = account.Further ?? [];
        if (further.FirstOrDefault(activity => activity.Nace == nace) is not { } stated) return null;
        return account with
        {
            Nace = nace,
            Further =
            [
                new(account.Nace, stated.IsSeparated),
                .. further.Where(other => other != stated)
                    .Select(other => other with { IsSeparated = other.IsSeparated || stated.IsSeparated }),
            ],
        };
    }

    /// <summary>Why an activity cannot be stated, as a sentence.</summary>
    public static string UnknownTo(AccountProfile account) => account.Further is { Length: > 0 } further
        ? $"{account.Name} declared {Kernel.Words.List([account.Nace, .. further.Select(a => a.Nace)])}. State one of "
            + "them."
        : $"{account.Name} declared {account.Nace} and no other activity.";
}
