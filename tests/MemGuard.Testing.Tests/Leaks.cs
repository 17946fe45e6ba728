namespace MemGuard.Testing.Tests;

/// <summary>Planted leaks. Each keeps one object a call where nobody lets go of it.</summary>
internal static class Leaks
{
    public static readonly List<Order> Seen = [];

    public static event EventHandler? Published;

    public static void Keep() => Seen.Add(new Order());

    public static void Subscribe()
    {
        Viewer viewer = new();
        Published += viewer.OnPublished;
    }

    public static void Raise() => Published?.Invoke(null, EventArgs.Empty);

    internal sealed class Order
    {
        public long Number { get; set; }
    }

    internal sealed class Viewer
    {
        public int Seen { get; private set; }

        public void OnPublished(object? sender, EventArgs arguments) => Seen++;
    }
}
