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

if (FleetArguments.Parse(args) is not { } arguments)
{
    await Console.Error.WriteLineAsync(FleetArguments.Usage);
    return 2;
}

if (PrometheusServer.FindProgram() is not { } program)
{
    await Console.Error.WriteLineAsync("Prometheus is not on the PATH: apt-get install prometheus, or https://prometheus.io/download.");
    return 2;
}

using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
stop.CancelAfter(arguments.Longest);
try
{
    return arguments.Simulate ? await FleetSimulation.RunAsync(program, arguments.Speed, stop.Token) : await Rollout.RunAsync(program, arguments.Speed, stop.Token);
}
catch (OperationCanceledException)
{
    await Console.Error.WriteLineAsync("Ended before everything was seen.");
    return 1;
}
