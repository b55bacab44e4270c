using System.Data;
using System.Runtime.CompilerServices;
using Dapper;
using NodaTime;
using NodaTime.Text;
using Npgsql;
using NpgsqlTypes;

namespace Facilities.Silo.Storage;

/// <summary>Instants to the microsecond: a timestamp in PostgreSQL, text of fixed width in SQLite.</summary>
internal sealed class InstantHandler : SqlMapper.TypeHandler<Instant>
{
    private const long TicksPerMicrosecond = 10;

    private static readonly InstantPattern Pattern =
        InstantPattern.CreateWithInvariantCulture("uuuu'-'MM'-'dd'T'HH':'mm':'ss'.'ffffff'Z'");

    public static string ToText(Instant instant) => Pattern.Format(instant);

    public static DateTime ToTimestamp(Instant instant)
    {
        var exact = instant.ToDateTimeUtc();
        return exact.AddTicks(-(exact.Ticks % TicksPerMicrosecond));
    }

    public static Instant Of(object value) => value switch
    {
        string text => Pattern.Parse(text).GetValueOrThrow(),
        DateTime timestamp => Instant.FromDateTimeUtc(timestamp),
        _ => throw new InvalidOperationException($"{value} is not an instant of a database."),
    };

    public override void SetValue(IDbDataParameter parameter, Instant value)
    {
        if (parameter is NpgsqlParameter timestamp)
        {
            timestamp.NpgsqlDbType = NpgsqlDbType.TimestampTz;
            timestamp.Value = ToTimestamp(value);
        }
        else
        {
            parameter.Value = ToText(value);
        }
    }

    public override Instant Parse(object value) => Of(value);

    // Dapper keeps its handlers for the whole process.
    [ModuleInitializer]
    internal static void Register()
    {
        SqlMapper.AddTypeHandler(new InstantHandler());
        DefaultTypeMap.MatchNamesWithUnderscores = true;
    }
}
