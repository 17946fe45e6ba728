using Microsoft.Extensions.DependencyInjection;

namespace MemGuard;

internal sealed class MemGuardBuilder(IServiceCollection services) : IMemGuardBuilder
{
    public IServiceCollection Services => services;
}
