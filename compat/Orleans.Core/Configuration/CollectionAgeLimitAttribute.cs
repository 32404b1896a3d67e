using System.Globalization;
using Orleans.Metadata;

namespace Orleans;

/// <summary>How long a grain of the class may be idle before it is deactivated, in place of the silo's option.</summary>
[AttributeUsage(AttributeTargets.Class)]
public class CollectionAgeLimitAttribute : Attribute, IGrainPropertiesProviderAttribute
{
    public static readonly TimeSpan MinAgeLimit = TimeSpan.FromMinutes(1);

    public CollectionAgeLimitAttribute()
    {
    }

    public CollectionAgeLimitAttribute(string inactivityPeriod)
    {
        var period = TimeSpan.Parse(inactivityPeriod, CultureInfo.InvariantCulture);
        Minutes = period.TotalMinutes;
    }

    public double Days { get; set; }

    public double Hours { get; set; }

    public double Minutes { get; set; }

    public bool AlwaysActive { get; set; }

    public TimeSpan AgeLimit
    {
        get
        {
            if (AlwaysActive)
            {
                return Timeout.InfiniteTimeSpan;
            }

            var limit = TimeSpan.FromDays(Days) + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes);
            return limit > MinAgeLimit ? limit : MinAgeLimit;
        }
    }

    public void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties) =>
        properties[WellKnownGrainTypeProperties.IdleDeactivationPeriod] = AlwaysActive ? WellKnownGrainTypeProperties.IndefiniteIdleDeactivationPeriodValue : AgeLimit.ToString("c");
}
