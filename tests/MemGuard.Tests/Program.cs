using MemGuard.Tests.Containers;

namespace MemGuard.Tests;

/// <summary>The entry point: the test platform calls it without arguments, a test that needs a process of its own with some.</summary>
internal static class Program
{
    private static int Main(string[] args) => args switch
    {
        [ContainerReport.Command] => ContainerReport.Write(),
        [ContainerReport.HeapCommand] => ContainerReport.WriteHeap(),
        [ContainerReport.ChangesCommand] => ContainerReport.WriteChanges(),
        _ => 0,
    };
}
