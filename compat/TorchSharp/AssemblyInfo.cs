[assembly: System.Runtime.CompilerServices.DisableRuntimeMarshalling]
// Arguments live in stack buffers that are filled before they are read.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
