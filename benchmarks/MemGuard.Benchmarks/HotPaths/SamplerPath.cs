using System.Reflection;
using MemGuard.Sampling;
using Microsoft.Extensions.Logging.Abstractions;

namespace MemGuard.Benchmarks.HotPaths;

/// <summary>One tick of the sampler. Its parts changed their names over time: they are found by what they are, before the measuring.</summary>
internal static class SamplerPath
{
    private static readonly Type[] Types = typeof(MemorySample).Assembly.GetTypes();

    public static IEnumerable<HotPath> Create()
    {
        Func<MemorySample> sample = CreateSampler();
        yield return new HotPath("sampler tick", 60_000, count =>
        {
            for (int i = 0; i < count; i++)
            {
                sample();
            }
        });
    }

    private static Func<MemorySample> CreateSampler()
    {
        MethodInfo create = Find("MemorySampler").GetMethod("Create")!;
        object sampler = create.Invoke(null, [.. create.GetParameters().Select(CreateArgument)])!;
        return sampler.GetType().GetMethod("Sample", Type.EmptyTypes)!.CreateDelegate<Func<MemorySample>>(sampler);
    }

    private static object? CreateArgument(ParameterInfo parameter) => parameter switch
    {
        { HasDefaultValue: true } => parameter.DefaultValue,
        { ParameterType: Type type } when type == typeof(TimeProvider) => TimeProvider.System,
        { ParameterType.Name: "ContainedFaults" or "InternalFaults" } => Activator.CreateInstance(parameter.ParameterType, NullLogger.Instance, TimeProvider.System),
        _ => Activator.CreateInstance(parameter.ParameterType),
    };

    private static Type Find(string name) => Types.Single(type => type.Name == name);
}
