using System.Globalization;
using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Analysis;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard.Testing;

/// <summary>Finds objects of a request's scope that are alive after the requests have ended.</summary>
internal static class ScopedLeaks
{
    public const int DefaultRequests = 256;
    public const int LeastRequests = 16;

    // That of a last request may still be on its way out: in a pooled connection, in a thread's last state machine.
    private const int LastRequests = 2;
    private const int MaxNamed = 5;
    private const int RequestsToName = 2_048;

    /// <summary>The classes that are made once a scope. What a factory returns is known where the service is asked for by its class.</summary>
    public static IReadOnlyList<Type> ScopedTypesOf(IServiceCollection services) =>
    [
        .. services.Where(static service => service.Lifetime == ServiceLifetime.Scoped)
            .Select(static service => (service.IsKeyedService ? service.KeyedImplementationType : service.ImplementationType) ?? service.ServiceType)
            .Where(static type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false })
            .Distinct(),
    ];

    /// <returns>One line for each class of which too many are alive; and why nothing could be said.</returns>
    public static async Task<(IReadOnlyList<string> Alive, string? NoneBecause)> FindAsync(Func<CancellationToken, Task> request, IReadOnlyCollection<Type> scoped, int requests, CancellationToken cancellationToken)
    {
        using HeapCaptures captures = new();
        await SoakTest.RunBatchAsync(request, requests, 1, cancellationToken).ConfigureAwait(false);
        (HeapSnapshot? first, string? none) = await captures.TakeAsync(cancellationToken).ConfigureAwait(false);
        if (first is null)
        {
            return ([], none);
        }

        HeapTypeUsage[] alive = FindAlive(first.Data, scoped);
        if (alive.Length == 0)
        {
            return ([], null);
        }

        // A snapshot keeps the largest paths: some more, so that even one in ten weighs enough to be told with its holder.
        await SoakTest.RunBatchAsync(request, Math.Max(0, RequestsToName - requests), 1, cancellationToken).ConfigureAwait(false);
        captures.AlsoNamed = paths => alive.Select(type => LargestOf(paths, type.TypeName)).Where(static path => path >= 0).Select(path => PathHolder.PositionOf(paths, path));
        HeapSnapshot named = (await captures.TakeAsync(cancellationToken).ConfigureAwait(false)).Snapshot ?? first;
        return ([.. alive.Select(type => string.Create(CultureInfo.InvariantCulture, $"{type.Count:N0} {type.TypeName}, held by {HolderOf(named.Data, type.TypeName)}"))], null);
    }

    private static HeapTypeUsage[] FindAlive(SnapshotData data, IReadOnlyCollection<Type> scoped)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (Type type in scoped)
        {
            string name = TypeNaming.Format(type);

            // With its namespace where another type has the same name.
            names.Add(name);
            names.Add($"{type.Namespace}.{name}");
        }

        return
        [
            .. data.Types
                .Where(type => type.Count > LastRequests && names.Contains(type.TypeName))
                .OrderByDescending(static type => type.Count)
                .ThenBy(static type => type.TypeName, StringComparer.Ordinal)
                .Take(MaxNamed),
        ];
    }

    private static string HolderOf(SnapshotData data, string typeName) =>
        LargestOf(data.Paths, typeName) is >= 0 and int path ? PathHolder.Of(data, path) : "what could not be named";

    // Of several places the one with the most of them.
    private static int LargestOf(IReadOnlyList<PathNode> paths, string typeName)
    {
        int most = -1;
        for (int i = 0; i < paths.Count; i++)
        {
            if (!paths[i].IsVirtual && paths[i].Label == typeName && (most < 0 || paths[i].Count > paths[most].Count))
            {
                most = i;
            }
        }

        return most;
    }
}
