package main

var transportMutants = []mutant{
	{
		file:  "adapters/inmem/queue.go",
		old:   "		if ctx.Err() != nil {\n			signal(q.notEmpty)\n",
		new:   "		if ctx.Err() != nil {\n",
		means: "a taker whose context ended keeps the token that woke it",
		run:   "TestATakerThatEndsPassesItsTurnOn",
	},
	{
		file:  "adapters/inmem/queue.go",
		old:   "			if q.head < len(q.items) {\n				signal(q.notEmpty)\n			}\n",
		new:   "",
		means: "a taker wakes nobody where more messages wait",
		run:   "TestATakerWakesTheNextWhereMoreWaits",
	},
	{
		file:  "adapters/inmem/queue.go",
		old:   "			if waiting+1 < q.limit {\n				signal(q.notFull)\n			}\n",
		new:   "",
		means: "a publisher wakes nobody where room is left",
		run:   "TestAPutterWakesTheNextWhereRoomIsLeft",
	},
	{
		file:  "adapters/inmem/queue.go",
		old:   "	if len(waiting) < q.limit {\n		signal(q.notFull)\n	}\n",
		new:   "",
		means: "a message that is removed makes room without waking a publisher",
		run:   "TestARemovalMakesRoom",
	},
	{
		file:  "adapters/inmem/queue.go",
		old:   "	signal(q.notEmpty)\n}\n\n// take",
		new:   "}\n\n// take",
		means: "a message that is given back wakes nobody",
		run:   "TestWhatIsGivenBackWakesATaker",
	},
	{
		file:  "adapters/inmem/queue.go",
		old:   "		if waiting < q.limit {\n",
		new:   "		if waiting <= q.limit {\n",
		means: "a queue takes one message more than its limit",
		run:   "TestPublish|TestAQueueThatIsOverfullHasNoRoom",
	},
	{
		file:  "adapters/inmem/queue.go",
		old:   "		if waiting >= q.limit && q.dropOldest {\n",
		new:   "		if waiting > q.limit && q.dropOldest {\n",
		means: "a topic that keeps the newest waits for room once it is full",
		run:   "TestATopicThatKeepsTheNewestNeverWaits",
	},
}
