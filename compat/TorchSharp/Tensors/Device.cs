namespace TorchSharp;

public static partial class torch
{
    public static readonly Device CPU = new(DeviceType.CPU);
    public static readonly Device META = new(DeviceType.META);
    public static Device CUDA => new(DeviceType.CUDA);

    public static Device device(string description) => new(description);
    public static Device device(string deviceType, int index = -1) => new(deviceType, index);
    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);
    public static Device device(int index) => new(index);

    /// <summary>A kind of device and its number; -1 means the current one, and is what a CPU always has. Has no equality, as officially: compare type and index.</summary>
    public class Device
    {
        public Device(string description)
        {
            var parts = description.Split(':');
            type = Parse(parts[0]);
            index = parts.Length > 1 ? int.Parse(parts[1]) : Default(type, -1);
        }

        public Device(string deviceType, int index = -1)
        {
            type = Parse(deviceType);
            this.index = Default(type, index);
        }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = Default(type, index);
        }

        public Device(int index) : this(DeviceType.CUDA, index)
        {
        }

        public DeviceType type { get; }

        public int index { get; }

        public static implicit operator Device(string description) => new(description);

        public override string ToString() => index < 0 ? type.ToString().ToLowerInvariant() : $"{type.ToString().ToLowerInvariant()}:{index}";

        private static int Default(DeviceType type, int index) => type == DeviceType.CPU ? -1 : type == DeviceType.CUDA && index < 0 ? 0 : index;

        private static DeviceType Parse(string name) => Enum.TryParse<DeviceType>(name, ignoreCase: true, out var type) && !char.IsDigit(name[0])
            ? type
            : throw new ArgumentException($"device '{name}' is not known; use cpu, cuda or cuda:N");
    }
}
