namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Who holds a place.</summary>
/// <param name="Text">In the user's words; empty when nobody is known.</param>
/// <param name="Position">The owner's position in the chain; less than zero when it is none of its nodes.</param>
internal sealed record Owner(string Text, int Position)
{
    public static Owner Nobody { get; } = new("", -1);

    /// <summary>What the framework is known to keep there, with what to do about it.</summary>
    public KnownHolder? Known { get; init; }

    /// <summary>Whether the text says it all: what follows in the chain are the framework's private matters.</summary>
    public bool IsWhole { get; init; }

    /// <summary>Whether an async local has it: it lives as long as what has captured the context, however long the async local itself does.</summary>
    public bool IsAsyncLocal { get; init; }

    /// <summary>The object of the application's with its field, and nothing else; null for other owners.</summary>
    public string? FieldText { get; init; }

    /// <summary>What is known of who holds that object; empty when nothing is.</summary>
    public string Above { get; init; } = "";
}
