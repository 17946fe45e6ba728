using BenchmarkDotNet.Running;
using MemGuard.Benchmarks;

// Two uses: "-- --filter '*Name*'" runs BenchmarkDotNet, "-- program NAME [arguments]" runs one of the measuring programs.
if (args is ["program", .. string[] rest])
{
    return Programs.Run(rest);
}

BenchmarkSwitcher.FromAssembly(typeof(Programs).Assembly).Run(args);
return 0;
