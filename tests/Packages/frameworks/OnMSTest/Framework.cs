global using Check = Microsoft.VisualStudio.TestTools.UnitTesting.TestMethodAttribute;
using Microsoft.VisualStudio.TestTools.UnitTesting;

// As the template has it.
[assembly: Parallelize(Scope = ExecutionScope.MethodLevel)]

[TestClass]
[DoNotParallelize]
public sealed partial class MemoryTests;
