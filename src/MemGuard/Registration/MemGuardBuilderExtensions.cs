using System.Diagnostics.CodeAnalysis;
using MemGuard.Alerts;
using MemGuard.Evidence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MemGuard;

/// <summary>Extends a MemGuard registration.</summary>
public static class MemGuardBuilderExtensions
{
    /// <summary>Adds a handler that hears of every alert after it was logged. Adding the same type twice is harmless.</summary>
    /// <typeparam name="THandler">The handler's type, created by the container as a singleton.</typeparam>
    /// <param name="builder">The MemGuard registration.</param>
    /// <returns>The same builder.</returns>
    public static IMemGuardBuilder AddAlertHandler<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>(this IMemGuardBuilder builder)
        where THandler : class, IMemoryAlertHandler
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IMemoryAlertHandler, THandler>());
        return builder;
    }

    /// <summary>Adds a handler of yours that hears of every alert after it was logged.</summary>
    /// <param name="builder">The MemGuard registration.</param>
    /// <param name="handler">The handler; it is not disposed.</param>
    /// <returns>The same builder.</returns>
    public static IMemGuardBuilder AddAlertHandler(this IMemGuardBuilder builder, IMemoryAlertHandler handler)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(handler);
        builder.Services.AddSingleton(handler);
        return builder;
    }

    /// <summary>Adds an evidence collector, which helps to name what holds the memory. Adding the same type twice is harmless.</summary>
    /// <typeparam name="TCollector">The evidence collector's type, created by the container as a singleton.</typeparam>
    /// <param name="builder">The MemGuard registration.</param>
    /// <returns>The same builder.</returns>
    public static IMemGuardBuilder AddEvidenceCollector<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TCollector>(this IMemGuardBuilder builder)
        where TCollector : class, IEvidenceCollector
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IEvidenceCollector, TCollector>());
        return builder;
    }

    /// <summary>Adds an evidence collector that exists already.</summary>
    /// <param name="builder">The MemGuard registration.</param>
    /// <param name="collector">The evidence collector; it is not disposed.</param>
    /// <returns>The same builder.</returns>
    public static IMemGuardBuilder AddEvidenceCollector(this IMemGuardBuilder builder, IEvidenceCollector collector)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(collector);
        builder.Services.AddSingleton(collector);
        return builder;
    }
}
