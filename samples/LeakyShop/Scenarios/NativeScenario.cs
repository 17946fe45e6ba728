using System.Runtime.InteropServices;
using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>Native memory that nobody frees: an image library's handle, say, without a Dispose.</summary>
internal sealed class NativeScenario : Scenario
{
    private const int BlockBytes = 20 * 1024;

    public override string Name => "native";

    public override string Story => "every request allocates native memory and forgets to free it";

    public override MemoryProblem Expected => MemoryProblem.UnmanagedGrowth;

    public override unsafe Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken)
    {
        void* block = NativeMemory.Alloc(BlockBytes);
        new Span<byte>(block, BlockBytes).Fill((byte)id);
        byte thumbnail = ((byte*)block)[BlockBytes / 2];
        if (isFixed)
        {
            NativeMemory.Free(block);
        }

        return Task.FromResult($"thumbnail {thumbnail}");
    }
}
