namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>What accumulates in a place: how many of what.</summary>
/// <param name="Count">How many.</param>
/// <param name="Unit">Of what, in the plural.</param>
/// <param name="ElementTypeName">The type or callee behind most of it; null when unknown.</param>
internal sealed record Contents(long Count, string Unit, string? ElementTypeName)
{
    public const string Timers = "timers";
    public const string Registrations = "registrations";
    public const string Continuations = "waiting continuations";
    public const string Handlers = "handlers";
    public const string Sockets = "open sockets";
    public const string Waits = "registered waits";

    /// <summary>Which fields of the owner share the elements, as the end of a sentence; empty where none does.</summary>
    public string SharedBy { get; init; } = "";

    /// <summary>What waits, where something does.</summary>
    public WaiterKind Waiter { get; init; }
}
