using System.Runtime.CompilerServices;

namespace MemGuard.Lifetimes;

/// <summary>Whose handler it is.</summary>
internal static class EventSubscriber
{
    public static Type Find(Delegate handler)
    {
        Type? type = handler.Target?.GetType() ?? handler.Method.DeclaringType;
        // A lambda belongs to a class that the compiler made inside the one where it was written.
        while (type is { DeclaringType: not null } && type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false))
        {
            type = type.DeclaringType;
        }

        return type ?? typeof(Delegate);
    }
}
