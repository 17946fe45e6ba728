using MemGuard.Tests.Containers;

namespace MemGuard.Tests;

/// <summary>The entry point: the test platform calls it without arguments, a test that needs a process of its own with some.</summary>
internal static class Program
{
    private static int Main(string[] args) => args is ["container-report"] ? ContainerReport.Write() : 0;
}
