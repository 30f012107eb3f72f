# What ran elsewhere. A history of our own beside the demo: a task of AWS Batch below Step Functions, a pod of Argo Workflows that
# a run triggered, two nodes of @parallel.
$ mkdir h && cd h && printf '%s\n' 'rec() { mkdir -p .metaflow/$1/_meta; echo "{\"ts_epoch\": $2, \"tags\": [], \"system_tags\": [], \"user_name\": \"$3\"}" > .metaflow/$1/_meta/_self.json; }' 'meta() { while read -r f v; do printf "{\"field_name\": \"%s\", \"value\": %s, \"type\": \"%s\", \"ts_epoch\": 1795224813999, \"tags\": [\"attempt_id:$2\"]}" "$f" "$v" "$f" > .metaflow/$1/_meta/sysmeta_${f}_179522481399$2.json; done; }' > mk
$ cd h && . ./mk && rec F 1 a; for p in F/sfn-20a2 F/sfn-20a2/train F/sfn-20a2/train/u1; do rec $p 1795224813909 SFN; done; printf '%s\n' 'attempt "0"' 'aws-batch-job-id "81e7892e-98ab-47a0-af35-00f097f3eab4"' | meta F/sfn-20a2/train/u1 0; printf '%s\n' 'attempt "1"' 'aws-batch-job-id "79d6c8ad-eff4-40bc-bbf8-865091e363ce"' 'aws-batch-ce-name null' 'aws-batch-new-fact 7' 'aws-batch-awslogs-group "/aws/batch/job"' 'aws-batch-awslogs-region "us-east-1"' 'aws-batch-awslogs-stream "a/default/\u001b[31m"' 'ec2-instance-id "i-0a1b2c3d4e5f60718"' 'ec2-region "evil.example/x"' 'aws-step-functions-execution "arn:aws:states:us-east-1:123456789012:execution:F:20a2"' | meta F/sfn-20a2/train/u1 1
$ cd h && mfctl show F/sfn-20a2/train/u1 | sed -n '/^AWS/,/^Metadata/p'
AWS Batch
job id             79d6c8ad-eff4-40bc-bbf8-865091e363ce
log group          /aws/batch/job
log region         us-east-1
log stream         a/default/\x1b[31m
aws-batch-new-fact 7
\
EC2
instance       i-0a1b2c3d4e5f60718
region         evil.example/x
\
Step Functions
execution      arn:aws:states:us-east-1:123456789012:execution:F:20a2
               https://console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/arn:aws:states:us-east-1:123456789012:execution:F:20a2
\
Metadata
$ cd h && mfctl show F/sfn-20a2/train/u1 --attempt 0 | sed -n '/^AWS/,/^Metadata/p'
AWS Batch
job id         81e7892e-98ab-47a0-af35-00f097f3eab4
\
Metadata
$ cd h && mfctl show F/sfn-20a2/train/u1 -o json --fields compute
{"compute":{"AWS Batch":{"aws-batch-job-id":{"label":"job id","value":"79d6c8ad-eff4-40bc-bbf8-865091e363ce","link":null},"aws-batch-awslogs-group":{"label":"log group","value":"/aws/batch/job","link":null},"aws-batch-awslogs-region":{"label":"log region","value":"us-east-1","link":null},"aws-batch-awslogs-stream":{"label":"log stream","value":"a/default/\u001b[31m","link":null},"aws-batch-new-fact":{"label":"aws-batch-new-fact","value":7,"link":null}},"EC2":{"ec2-instance-id":{"label":"instance","value":"i-0a1b2c3d4e5f60718","link":null},"ec2-region":{"label":"region","value":"evil.example/x","link":null}},"Step Functions":{"aws-step-functions-execution":{"label":"execution","value":"arn:aws:states:us-east-1:123456789012:execution:F:20a2","link":"https://console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/arn:aws:states:us-east-1:123456789012:execution:F:20a2"}}}}
$ cd h && mfctl show F/sfn-20a2/train/u1 -o json --fields compute --attempt 0
{"compute":{"AWS Batch":{"aws-batch-job-id":{"label":"job id","value":"81e7892e-98ab-47a0-af35-00f097f3eab4","link":null}}}}
# In lists only when asked for.
$ cd h && mfctl ls F/sfn-20a2/train -o json | grep -c compute
0
= 1
$ cd h && mfctl ls F/sfn-20a2/train --fields id,compute -o tsv
id	compute
u1	{"AWS Batch":{"aws-batch-job-id":{"label":"job id","value":"79d6c8ad-eff4-40bc-bbf8-865091e363ce","link":null},"aws-batch-awslogs-group":{"label":"log group","value":"/aws/batch/job","link":null},"aws-batch-awslogs-region":{"label":"log region","value":"us-east-1","link":null},"aws-batch-awslogs-stream":{"label":"log stream","value":"a/default/\\u001b[31m","link":null},"aws-batch-new-fact":{"label":"aws-batch-new-fact","value":7,"link":null}},"EC2":{"ec2-instance-id":{"label":"instance","value":"i-0a1b2c3d4e5f60718","link":null},"ec2-region":{"label":"region","value":"evil.example/x","link":null}},"Step Functions":{"aws-step-functions-execution":{"label":"execution","value":"arn:aws:states:us-east-1:123456789012:execution:F:20a2","link":"https://console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/arn:aws:states:us-east-1:123456789012:execution:F:20a2"}}}
# Who owns a template, what triggered a run.
$ cd h && . ./mk; for p in F/argo-f-x7k2p F/argo-f-x7k2p/start F/argo-f-x7k2p/start/t-1; do rec $p 1795224814909 argo-workflows; done; printf '%s\n' 'argo-workflow-template-owner "alice"' 'kubernetes-pod-name "f-x7k2p-start-1"' 'auto-emit-argo-events false' 'execution-triggers "[{\"timestamp\": 1795224800, \"id\": \"Up/argo-1/end/t-4\", \"name\": \"metaflow.Up.end\", \"type\": \"run\"}, {\"timestamp\": null, \"id\": \"ev\", \"name\": \"data\\u001b.ready\", \"type\": \"event\"}]"' | meta F/argo-f-x7k2p/start/t-1 0
$ cd h && mfctl show F/argo-f-x7k2p | sed '/^because/d; /^$/,$d'
F/argo-f-x7k2p
status         ? unknown
started        2026-11-21 01:33:34
user           argo-workflows
owner          alice
triggered by   Up/argo-1  metaflow.Up.end  2026-11-21 01:33:20
               data\x1b.ready
$ cd h && mfctl show F/argo-f-x7k2p/start/t-1 | sed '/^because/d; /^Metadata/,$d'
F/argo-f-x7k2p/start/t-1
status         ? unknown
created        2026-11-21 01:33:34
foreach        -
triggered by   Up/argo-1  metaflow.Up.end  2026-11-21 01:33:20
               data\x1b.ready
stdout         0 B
stderr         0 B
\
Kubernetes
pod            f-x7k2p-start-1
\
Argo Workflows
template owner alice
emits events   no
\
$ cd h && mfctl show F/argo-f-x7k2p -o json --fields user_name,owner,trigger
{"user_name":"argo-workflows","owner":"alice","trigger":{"events":[{"id":"Up/argo-1/end/t-4","name":"metaflow.Up.end","type":"run","timestamp":"2026-11-21T01:33:20.000Z"},{"id":"ev","name":"data\u001b.ready","type":"event","timestamp":null}],"runs":["Up/argo-1"]}}
$ cd h && mfctl show F/sfn-20a2 -o json --fields user_name,owner,trigger
{"user_name":"SFN","owner":null,"trigger":null}
$ cd h && mfctl ls F --fields id,owner -o tsv
id	owner
argo-f-x7k2p	alice
sfn-20a2	
# Their ids are no numbers: the order is that of creation.
$ cd h && . ./mk; rec F/airflow-0a1b2c3d4e5f 1795224815909 bob; rec F/1795224813000000 1795224813000 bob; mfctl ls F -o name; mfctl show F/latest~1 -o json --fields id
F/airflow-0a1b2c3d4e5f
F/argo-f-x7k2p
F/sfn-20a2
F/1795224813000000
{"id":"argo-f-x7k2p"}
# A control task and its nodes.
$ cd h && . ./mk; for p in F/1795224813000000/train F/1795224813000000/train/2 F/1795224813000000/train/2_node_1; do rec $p 1795224813100 bob; done; for i in 0 1; do t=2; [ $i = 0 ] || t=2_node_1; printf '%s\n' 'parallel-world-size 2' "foreach-execution-path \"train:$i\"" | meta F/1795224813000000/train/$t 0; done; echo 'internal_task_type "control_task"' | meta F/1795224813000000/train/2 0
$ cd h && mfctl show F/1795224813000000/train/2 | sed -n '/^Parallel/,/^$/p'
Parallel
world size     2
task type      control_task
node index     0
node 1         F/1795224813000000/train/2_node_1
\
$ cd h && mfctl show F/1795224813000000/train/2_node_1 -o json --fields compute
{"compute":{"Parallel":{"parallel-world-size":{"label":"world size","value":2,"link":null},"parallel-node-index":{"label":"node index","value":"1","link":null},"control-task":{"label":"control task","value":"F/1795224813000000/train/2","link":null}}}}
# The demo ran where it was started.
$ mfctl show TrainFlow/latest/start/1 -o json --fields compute
{"compute":null}
# The same of a service.
$ cp -r h/.metaflow/F .metaflow/
@service
$ mfctl show F/sfn-20a2/train/u1 --attempt 1 -o json --fields compute
{"compute":{"AWS Batch":{"aws-batch-job-id":{"label":"job id","value":"79d6c8ad-eff4-40bc-bbf8-865091e363ce","link":null},"aws-batch-awslogs-group":{"label":"log group","value":"/aws/batch/job","link":null},"aws-batch-awslogs-region":{"label":"log region","value":"us-east-1","link":null},"aws-batch-awslogs-stream":{"label":"log stream","value":"a/default/\u001b[31m","link":null},"aws-batch-new-fact":{"label":"aws-batch-new-fact","value":"7","link":null}},"EC2":{"ec2-instance-id":{"label":"instance","value":"i-0a1b2c3d4e5f60718","link":null},"ec2-region":{"label":"region","value":"evil.example/x","link":null}},"Step Functions":{"aws-step-functions-execution":{"label":"execution","value":"arn:aws:states:us-east-1:123456789012:execution:F:20a2","link":"https://console.aws.amazon.com/states/home?region=us-east-1#/v2/executions/details/arn:aws:states:us-east-1:123456789012:execution:F:20a2"}}}}
$ mfctl show F/1795224813000000/train/2 -o json --fields compute
{"compute":{"Parallel":{"parallel-world-size":{"label":"world size","value":"2","link":null},"internal_task_type":{"label":"task type","value":"control_task","link":null},"parallel-node-index":{"label":"node index","value":"0","link":null},"node-1":{"label":"node 1","value":"F/1795224813000000/train/2_node_1","link":null}}}}
$ mfctl show F/argo-f-x7k2p -o json --fields owner,trigger
{"owner":"alice","trigger":{"events":[{"id":"Up/argo-1/end/t-4","name":"metaflow.Up.end","type":"run","timestamp":"2026-11-21T01:33:20.000Z"},{"id":"ev","name":"data\u001b.ready","type":"event","timestamp":null}],"runs":["Up/argo-1"]}}
$ mfctl ls F --fields id,user_name -o tsv
id	user_name
airflow-0a1b2c3d4e5f	bob
argo-f-x7k2p	argo-workflows
sfn-20a2	SFN
1795224813000000	bob
