using BenchmarkDotNet.Running;
using MemGuard.Benchmarks;

// Three uses: "-- --filter '*Name*'" runs BenchmarkDotNet, "-- program NAME [arguments]" runs one of the measuring programs, "-- smoke" runs all
// of both in their smallest form.
if (args is ["program", .. string[] rest])
{
    return Programs.Run(rest);
}

if (args is ["smoke"])
{
    return Smoke.Run();
}

BenchmarkSwitcher.FromAssembly(typeof(Programs).Assembly).Run(args);
return 0;
