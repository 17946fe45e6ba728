using SnapshotChild;

// What a test does to a process that may not survive it. The first argument says which; the last line says that it lived to the end.
int code = args switch
{
    ["collectible", var rate, var rounds, var obeys] => await CollectibleRun.RunAsync(int.Parse(rate), int.Parse(rounds), obeys == "service"),
    ["memory", var rounds] => await MemoryRun.RunAsync(int.Parse(rounds)),
    ["capture"] => await CaptureRun.RunAsync(),
    ["listen", var path, var user] => Listener.Run(path, uint.Parse(user)),
    _ => 2,
};
Console.WriteLine("alive");
return code;
