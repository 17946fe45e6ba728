using System.Globalization;
using StreamingUpload;

// Starts a storage service and a gateway on loopback, sends hundreds of megabytes through them, and exits 0 when memory stayed flat.

// Less than 16 MiB would fit into the sockets' buffers, and nobody would have to wait.
const int Least = 16;
const int Most = 65_536;
int megabytes = 256;
if (args.Length > 1 || (args.Length == 1 && !(int.TryParse(args[0], CultureInfo.InvariantCulture, out megabytes) && megabytes is >= Least and <= Most)))
{
    await Console.Error.WriteLineAsync($"usage: StreamingUpload [MEBIBYTES], from {Least} to {Most}; 256 by default");
    return 2;
}

await using StorageService storage = await StorageService.StartAsync();
await using Gateway gateway = await Gateway.StartAsync(storage.Address);
Client client = new(gateway.Address);

Console.WriteLine($"{megabytes} MiB each, through a gateway that holds at most {Gateway.MaxUnflushedBytes / 1024} KiB for each client.");
Console.WriteLine();
Console.WriteLine("| what | bytes | seconds | heap growth at most, MiB | ended |");
Console.WriteLine("|---|---|---|---|---|");
bool isFlat = true;
isFlat &= await FlatMemory.CheckAsync("upload, streamed to storage", () => client.UploadAsync(megabytes));
isFlat &= await FlatMemory.CheckAsync("the same, given up by its client half-way", () => client.GiveUpUploadAsync(megabytes, () => storage.CurrentUploads));
isFlat &= await FlatMemory.CheckAsync("download, proxied from storage", () => client.DownloadAsync(megabytes, pause: TimeSpan.Zero));
isFlat &= await FlatMemory.CheckAsync("the same by a slow client", () => client.DownloadAsync(megabytes / 4, pause: TimeSpan.FromMilliseconds(50)));
isFlat &= await FlatMemory.CheckAsync("the same by a client that never reads", () => client.NeverReadAsync(megabytes));
isFlat &= await FlatMemory.CheckAsync("a million objects as NDJSON", () => client.ReadObjectsAsync(1_000_000));
bool hasGrown = !await FlatMemory.CheckAsync("the wrong way: 32 of 64 MiB, then given up, read into memory first", () => client.GiveUpUploadAsync(64, () => storage.CurrentUploads, "/upload-in-memory"));
Console.WriteLine();
Console.WriteLine(isFlat && hasGrown ? "Memory stayed flat, but for the wrong way." : "Not as it should be: see the table.");
return isFlat && hasGrown ? 0 : 1;
