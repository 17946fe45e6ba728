using System.Reflection;

namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>Real objects as a drawn heap: what they refer to is read from their fields, so that the framework's classes are as they are and not as a test believes.</summary>
internal static class Mirror
{
    private const int HeaderBytes = 16;
    private const int SlotBytes = 8;

    public static HeapObject Of(object root)
    {
        Dictionary<object, HeapObject> known = new(ReferenceEqualityComparer.Instance);
        Queue<object> work = new();
        HeapObject first = Add(root, known, work)!;
        while (work.TryDequeue(out object? one))
        {
            List<HeapObject> holds = [];
            Collect(one, one.GetType(), held =>
            {
                if (Add(held, known, work) is { } added)
                {
                    holds.Add(added);
                }
            });
            known[one].Holding([.. holds]);
        }

        return first;
    }

    private static HeapObject? Add(object one, Dictionary<object, HeapObject> known, Queue<object> work)
    {
        // What describes code, a queue of timers and the context of a call lead to all of the runtime, and to what other tests do.
        if (one is MemberInfo or Assembly or Module or Thread or ExecutionContext or SynchronizationContext || one.GetType().FullName == "System.Threading.TimerQueue")
        {
            return null;
        }

        if (!known.TryGetValue(one, out HeapObject? mirrored))
        {
            mirrored = HeapObject.Of(one.GetType()).Sized(SizeOf(one));
            known.Add(one, mirrored);
            work.Enqueue(one);
        }

        return mirrored;
    }

    private static void Collect(object one, Type type, Action<object> found)
    {
        if (one is Array array)
        {
            foreach (object? element in type.GetElementType() is { IsPrimitive: false } ? array : Array.Empty<object>())
            {
                CollectValue(element, type.GetElementType()!, found);
            }

            return;
        }

        for (Type? level = one is string ? null : type; level is not null; level = level.BaseType)
        {
            foreach (FieldInfo field in level.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!field.FieldType.IsPointer && !field.FieldType.IsPrimitive && !field.FieldType.IsFunctionPointer)
                {
                    CollectValue(field.GetValue(one), field.FieldType, found);
                }
            }
        }
    }

    private static void CollectValue(object? value, Type declared, Action<object> found)
    {
        if (value is not null && !declared.IsValueType)
        {
            found(value);
        }
        else if (value is not null && !value.GetType().IsPrimitive && !value.GetType().IsEnum)
        {
            Collect(value, value.GetType(), found);
        }
    }

    private static int SizeOf(object one) => one switch
    {
        string text => HeaderBytes + (2 * text.Length),
        byte[] bytes => HeaderBytes + SlotBytes + bytes.Length,
        Array array => HeaderBytes + SlotBytes + (SlotBytes * array.Length),
        _ => HeaderBytes + SlotBytes,
    };
}
