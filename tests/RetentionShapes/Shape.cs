using MemGuard.Triage;

namespace RetentionShapes;

/// <summary>A way in which memory is held, with what its first leak suspect must say.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Plant">Adds so many items.</param>
internal sealed record Shape(string Name, Action<IServiceProvider, int> Plant)
{
    /// <summary>Texts that the first suspect's name has; with <c>|</c> between those of which one is enough.</summary>
    public required IReadOnlyList<string> Right { get; init; }

    /// <summary>Texts that its name has not: the holders that look like it.</summary>
    public IReadOnlyList<string> Wrong { get; init; } = [];

    /// <summary>A text that the next step has; null where any does.</summary>
    public string? Next { get; init; }

    /// <summary>The problem that the alert reports.</summary>
    public MemoryProblem Problem { get; init; } = MemoryProblem.ManagedLeak;

    /// <summary>How many items are added between the two snapshots.</summary>
    public int Count { get; init; } = 4000;

    /// <summary>A shape whose items are added one by one.</summary>
    public static Shape Each(string name, Func<IServiceProvider, object> addOne, params string[] right) => new(name, (services, count) =>
    {
        for (int i = 0; i < count; i++)
        {
            GC.KeepAlive(addOne(services));
        }
    })
    {
        Right = right,
    };
}
