#if !ORLEANS
using System.Collections.Concurrent;
using System.Reflection;
using Orleans;

namespace Facilities.Silo.Hosting;

/// <summary>
/// What callers hold in place of a grain: each call becomes a turn of its activation. Public because the runtime
/// derives from it.
/// </summary>
public class LocalProxy : DispatchProxy
{
    private static readonly ConcurrentDictionary<MethodInfo, Caller> Callers = new();

    private LocalGrains _grains = null!;
    private Type _class = null!;
    private string _key = null!;

    private delegate Task Caller(LocalGrains grains, Type type, string key, MethodInfo method, object?[]? arguments);

    internal LocalProxy CopyFor(LocalGrains grains, Type type, string key)
    {
        var copy = (LocalProxy)MemberwiseClone();
        (copy._grains, copy._class, copy._key) = (grains, type, key);
        return copy;
    }

    /// <inheritdoc/>
    protected override object Invoke(MethodInfo? targetMethod, object?[]? args) =>
        Callers.GetOrAdd(targetMethod!, CallerOf)(_grains, _class, _key, targetMethod!, args);

    private static Caller CallerOf(MethodInfo method)
    {
        var answer = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : null;
        return answer is null
            ? CallForNothing
            : typeof(LocalProxy).GetMethod(nameof(CallForAnswer), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(answer).CreateDelegate<Caller>();
    }

    private static Task CallForAnswer<TAnswer>(
        LocalGrains grains, Type type, string key, MethodInfo method, object?[]? arguments) =>
        grains.Run(On(type, key, method, arguments), grain => (Task<TAnswer>)Call(method, grain, arguments));

    private static Task CallForNothing(
        LocalGrains grains, Type type, string key, MethodInfo method, object?[]? arguments) =>
        grains.Run(On(type, key, method, arguments), async grain =>
        {
            await (Task)Call(method, grain, arguments);
            return true;
        });

    private static LocalCall On(Type type, string key, MethodInfo method, object?[]? arguments) =>
        new(type, key, method.Name, arguments is { Length: > 0 } ? arguments[0] : null);

    private static object Call(MethodInfo method, Grain grain, object?[]? arguments) =>
        method.Invoke(grain, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
}
#endif
