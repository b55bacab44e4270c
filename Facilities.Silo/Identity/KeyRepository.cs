using System.Xml.Linq;
using Dapper;
using Facilities.Silo.Storage;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Facilities.Silo.Identity;

/// <summary>Data-protection keys in the database, so that every process reads every process's cookies.</summary>
/// <remarks>
/// In plain SQL: keys are read before the first answer, and Entity Framework took a fifth of the start to get ready.
/// </remarks>
public sealed class KeyRepository(IDatabase database) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() =>
    [
        .. database.Read(connection => Task.FromResult(
            connection.Query<string>("select xml from data_protection_keys order by id").AsList()))
            .GetAwaiter().GetResult().Select(XElement.Parse),
    ];

    public void StoreElement(XElement element, string friendlyName) =>
        database.Read(connection => Task.FromResult(connection.Execute(
            "insert into data_protection_keys (id, friendly_name, xml) values (@id, @friendlyName, @xml)",
            new
            {
                id = Guid.NewGuid().ToString("N"),
                friendlyName,
                xml = element.ToString(SaveOptions.DisableFormatting),
            }))).GetAwaiter().GetResult();
}
