#if ORLEANS
using System.Collections.Concurrent;
using Facilities.Grains.Kernel;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;

namespace Facilities.Silo.Hosting;

/// <summary>
/// How our records pass between grains: as JSON between processes, and as they are within one, since they are
/// immutable. So no attribute of Orleans enters the rules.
/// </summary>
internal static class OrleansMessages
{
    public static IServiceCollection AddMessages(this IServiceCollection services)
    {
        services.AddSerializer(serializer => serializer.AddJsonSerializer(
            isSerializable: IsMessage,
            isCopyable: static _ => false,
            configureOptions: json => json.Configure(options => options.SerializerOptions = Json.Options)));
        services.AddSingleton<ITypeFilter, MessageTypes>();
        services.AddSingleton<ISpecializableCopier, SameInstance>();
        services.Configure<ExceptionSerializationOptions>(
            options => options.SupportedNamespacePrefixes.Add("Facilities"));
        return services;
    }

    /// <summary>Never a grain, a reference to one or an exception: Orleans carries these itself.</summary>
    private static bool IsMessage(Type type) => IsOurs(type) && !type.IsInterface
        && !typeof(IAddressable).IsAssignableFrom(type) && !typeof(Exception).IsAssignableFrom(type);

    private static bool IsOurs(Type type) => type.Namespace is { } name
        && (name is "Facilities" or "NodaTime" || name.StartsWith("Facilities.", StringComparison.Ordinal));

    /// <summary>Lets the names of our types stand in a message, those of exceptions among them.</summary>
    private sealed class MessageTypes : ITypeFilter
    {
        public bool? IsTypeAllowed(Type type) => IsOurs(type) ? true : null;
    }

    /// <summary>Hands the same instance on. Orleans asks these copiers before the one that goes through JSON.</summary>
    private sealed class SameInstance : ISpecializableCopier
    {
        private readonly ConcurrentDictionary<Type, IDeepCopier> _copiers = new();

        public bool IsSupportedType(Type type) => IsMessage(type);

        public IDeepCopier GetSpecializedCopier(Type type) => _copiers.GetOrAdd(
            type, static t => (IDeepCopier)Activator.CreateInstance(typeof(ShallowCopier<>).MakeGenericType(t))!);
    }
}
#endif
