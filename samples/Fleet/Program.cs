using System.Runtime.InteropServices;
using Fleet;
using Fleet.Prometheus;
using Fleet.Shop;
using Fleet.Simulation;

// A fleet under Prometheus with the rules of deploy/prometheus. Three shops by default, of which one gets the next version; --simulate: twenty instances with every problem.
if (args is ["shop", string address])
{
    await ShopApp.RunAsync(address, Catalogue.Find);
    return 0;
}

if (args is ["--help" or "-h"])
{
    Console.WriteLine(FleetArguments.Usage);
    return 0;
}

if (FleetArguments.Parse(args, out string wrong) is not { } arguments)
{
    await Console.Error.WriteLineAsync($"{wrong}{Environment.NewLine}{FleetArguments.Usage}");
    return 2;
}

if (PrometheusServer.FindProgram() is not { } program)
{
    await Console.Error.WriteLineAsync("Prometheus is not on the PATH: apt-get install prometheus, or https://prometheus.io/download.");
    return 2;
}

using CancellationTokenSource stop = new();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
stop.CancelAfter(arguments.Longest);
try
{
    return arguments.Simulate ? await FleetSimulation.RunAsync(program, arguments.Speed, stop.Token) : await Rollout.RunAsync(program, arguments.Speed, stop.Token);
}
catch (Exception failure) when (failure is OperationCanceledException || stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Ended before everything was seen.");
    return 1;
}
catch (InvalidOperationException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 2;
}
