using Microsoft.Extensions.DependencyInjection;

namespace MemGuard;

/// <summary>Adds to a MemGuard registration: handlers, heap snapshots.</summary>
public interface IMemGuardBuilder
{
    /// <summary>The services that MemGuard is registered in.</summary>
    IServiceCollection Services { get; }
}
