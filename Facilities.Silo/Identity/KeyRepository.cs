using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;

namespace Facilities.Silo.Identity;

/// <summary>Data-protection keys in the database, so that every process reads every process's cookies.</summary>
public sealed class KeyRepository(IDbContextFactory<IdentityDatabase> databases) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var database = databases.CreateDbContext();
        var texts = database.Keys.AsNoTracking().OrderBy(k => k.Id).Select(k => k.Xml).ToList();
        return [.. texts.Select(XElement.Parse)];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var database = databases.CreateDbContext();
        database.Keys.Add(new KeyRow
        {
            Id = Guid.NewGuid().ToString("N"),
            FriendlyName = friendlyName,
            Xml = element.ToString(SaveOptions.DisableFormatting),
        });
        database.SaveChanges();
    }
}
