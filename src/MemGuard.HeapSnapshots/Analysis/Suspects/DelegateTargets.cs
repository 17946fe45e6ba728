using System.Globalization;
using System.Reflection;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Who is called: the targets of the delegates in an invocation list or a collection of delegates.</summary>
internal static class DelegateTargets
{
    private const int MaxWrappers = 3;

    /// <param name="heap">The heap.</param>
    /// <param name="array">An array whose elements are delegates, or hold them one step away.</param>
    /// <returns>Number of delegates, and the most frequent callee with its share, for example <c>73 % OrderHandler.OnData</c>; null when there are none.</returns>
    public static (int Count, string Text)? Summarise(AnalysedHeap heap, uint array)
    {
        Dictionary<(int Delegate, int Target), int> counts = [];
        int total = 0;
        foreach (uint element in heap.Graph.GetTargets(array))
        {
            if (element != array && FindDelegate(heap, element) is { } handler)
            {
                total++;
                (uint outer, int target) = Unwrap(heap, handler);
                (int, int) key = (heap.Graph.TypeIndexes[outer], target);
                counts[key] = counts.GetValueOrDefault(key) + 1;
            }
        }

        if (total == 0)
        {
            return null;
        }

        ((int handlerType, int targetType), int most) = counts.MaxBy(static pair => pair.Value);
        string callee = targetType < 0 ? "static methods" : DescribeCallee(heap.Types[handlerType], heap.Types[targetType]);
        int percentage = (int)Math.Round(100.0 * most / total);
        return (total, percentage == 100 ? callee : string.Create(CultureInfo.InvariantCulture, $"{percentage} % {callee}"));
    }

    // The framework wraps the application's callback in one of its own, as a change token does: the innermost is who is called.
    private static (uint Handler, int Target) Unwrap(AnalysedHeap heap, uint handler)
    {
        uint current = handler;
        for (int depth = 0; depth < MaxWrappers; depth++)
        {
            if (FindTargetNode(heap, current) is not { } target || heap.TypeOf(target) is not { IsFramework: true } || FindSingleDelegate(heap, target) is not { } inner)
            {
                break;
            }

            current = inner;
        }

        return (current, FindTarget(heap, current));
    }

    private static uint? FindSingleDelegate(AnalysedHeap heap, uint node)
    {
        uint? found = null;
        foreach (uint target in heap.Graph.GetTargets(node))
        {
            if (!heap.Graph.IsVirtual(target) && target != node && FindDelegate(heap, target) is { } handler)
            {
                if (found is not null && found != handler)
                {
                    return null;
                }

                found = handler;
            }
        }

        return found;
    }

    /// <returns><c>OrderHandler.OnData</c> where one method of the target fits the delegate's signature, else the target's type.</returns>
    public static string DescribeCallee(HeapType handler, HeapType target)
    {
        if (target.IsCompilerMade || target.Type is null || handler.Type is null || Reflection.GetInvoke(handler.Type) is not { } invoke)
        {
            return target.Name;
        }

        List<string> fitting = [];
        foreach (MethodInfo method in Reflection.GetMethods(target.Type))
        {
            if (!method.IsStatic && !method.IsSpecialName && Fits(method, invoke))
            {
                fitting.Add(VisibleText.OfName(method.Name));
            }
        }

        return fitting.Count == 1 ? $"{target.Name}.{fitting[0]}" : target.Name;
    }

    public static int FindTarget(AnalysedHeap heap, uint handler) => FindTargetNode(heap, handler) is { } node ? heap.Graph.TypeIndexes[node] : -1;

    private static uint? FindTargetNode(AnalysedHeap heap, uint handler)
    {
        foreach (uint target in heap.Graph.GetTargets(handler))
        {
            int type = heap.Graph.IsVirtual(target) ? -1 : heap.Graph.TypeIndexes[target];

            // Besides its target a delegate may refer to a method object or an invocation list.
            if (type >= 0 && target != handler && heap.Types[type] is { IsArray: false } found && found.Type?.Namespace is not "System.Reflection")
            {
                return target;
            }
        }

        return null;
    }

    private static uint? FindDelegate(AnalysedHeap heap, uint node)
    {
        int type = heap.Graph.TypeIndexes[node];
        return type >= 0 && heap.Types[type].IsDelegate ? node : null;
    }

    private static bool Fits(MethodInfo method, MethodInfo invoke)
    {
        ParameterInfo[] own = Reflection.GetParameters(method);
        ParameterInfo[] wanted = Reflection.GetParameters(invoke);
        return own.Length == wanted.Length
            && (invoke.ReturnType == typeof(void) ? method.ReturnType == typeof(void) : Reflection.CanHold(invoke.ReturnType, method.ReturnType))
            && own.Zip(wanted).All(static pair => Reflection.CanHold(pair.First.ParameterType, pair.Second.ParameterType));
    }
}
