#if !ORLEANS
namespace Facilities.Silo.Hosting;

/// <summary>A call on its way to a grain.</summary>
/// <param name="Class">The grain's class.</param>
/// <param name="Key">Its key.</param>
/// <param name="Method">Which method.</param>
/// <param name="Argument">Its first argument, a command as a rule; null where there is none.</param>
public readonly record struct LocalCall(Type Class, string Key, string Method, object? Argument);

/// <summary>
/// What lies between a caller and a grain. In one process nothing does; a simulation loses, delays and doubles calls
/// here, as a network would.
/// </summary>
public interface ILocalPath
{
    /// <summary>Brings a call to its grain and the answer back.</summary>
    Task<TAnswer> Carry<TAnswer>(LocalCall call, Func<Task<TAnswer>> deliver);
}
#endif
