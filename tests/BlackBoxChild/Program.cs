using BlackBoxChild;

// arguments: the way to end, the directory of the black boxes. Each way says "ready" when its box is written, and then ends in its way.
return args is [string way, string directory] ? await Child.RunAsync(way, directory) : 2;
