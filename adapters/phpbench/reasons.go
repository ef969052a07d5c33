package phpbench

// Why what phpbench knows has no effect here.
const (
	retryReason    = "it has no effect: repeating until values agree would bias them"
	timeoutReason  = "it has no effect: the run's time limit holds for each sample"
	executorReason = "it has no effect: each sample is a process of PHP of its own"
	formatReason   = "it has no effect: the report's options say how values are shown"
	sleepReason    = "it has no effect: iterations of other subjects stand between those of one"
)

// ignoredAnnotations maps annotations to the reasons why they have no effect.
var ignoredAnnotations = map[string]string{
	"RetryThreshold": retryReason,
	"Timeout":        timeoutReason,
	"Executor":       executorReason,
	"Format":         formatReason,
	"OutputMode":     formatReason,
	"OutputTimeUnit": formatReason,
	"Sleep":          sleepReason,
}
