using MemGuard.Faults;

namespace MemGuard.Sampling;

/// <summary>Makes the sampler of a session. Taken from the services when one is registered: tests put broken sources behind it.</summary>
internal delegate MemorySampler SamplerFactory(SamplingSettings settings, TimeProvider timeProvider, InternalFaults faults);
