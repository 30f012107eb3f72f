# Arrays, tables and parts of values.

$ mfctl cat TrainFlow/latest/features/4/x --slice 0:2,0:3 -o json
{"$ndarray":{"dtype":"<f8","shape":[2,3],"sha256":"d42240cbceaafd7dcfcc2ee515a5fe16a2127a6ede1df52dafa4c350a3e821a5","data":[[0.3534057426899957,-1.5441487338738067,-1.8244030487303446],[-1.5472637978276282,1.0558712905600935,0.4574565477737625]]}}

$ mfctl cat TrainFlow/latest/features/4/x --slice 0,-1 -o json
{"$npscalar":{"dtype":"<f8","value":1.0}}

$ mfctl cat TrainFlow/latest/features/4/x --slice 0:3,:2 -o csv
0,1
0.3534057426899957,-1.5441487338738067
-1.5472637978276282,1.0558712905600935
-1.784847490392331,-0.8297288172500773

$ mfctl cat TrainFlow/latest/features/4/x --slice ::200,::4 -o text
ndarray float64 (2, 2)  min -0.367336  max 1.54132  mean 0.344893
 0.353406  -0.367336
 1.54132   -0.147821

$ mfctl cat TrainFlow/latest/features/4/x -o npy | head -c 126; echo; mfctl cat TrainFlow/latest/features/4/x -o npy | wc -c
\\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (400, 8), }                                                       
25728

$ mfctl cat TrainFlow/latest/features/4/y -o json | cut -c1-160
{"$ndarray":{"dtype":"|i1","shape":[400],"sha256":"54d11ee7a709bbb8dc4435000aeb343ab8a8be2503b6079b98d112df777f1eee","data":[0,0,0,0,0,1,1,1,0,0,0,0,1,1,0,0,0,1

$ mfctl cat TrainFlow/latest/features/4/model --path .threshold -o json
0.5

$ mfctl cat TrainFlow/latest/features/4/columns --path '[-1]'
calls

$ mfctl cat TrainFlow/latest/features/4/columns --slice 1: -o json
["charges","usage","calls"]

$ mfctl cat 'TrainFlow/latest/*/*/columns' --path '[0]' -o ndjson | head -2
{"pathspec":"TrainFlow/1795261450367307/end/7/columns","name":"columns","sha":"f40c0b599a05a56aa249f4f7523f45205db035b0","type":"list","value":"tenure"}
{"pathspec":"TrainFlow/1795261450367307/evaluate/6/columns","name":"columns","sha":"f40c0b599a05a56aa249f4f7523f45205db035b0","type":"list","value":"tenure"}

# what is not there, and what does not go
$ mfctl cat TrainFlow/latest/features/4/model --path .nothing
! mfctl: TrainFlow/1795261450367307/features/4/model: nothing at “.nothing” of the value
= 3

$ mfctl cat TrainFlow/latest/features/4/model --path 'a..b'
! mfctl: TrainFlow/1795261450367307/features/4/model: nothing at “a” of the value
= 3

$ mfctl cat TrainFlow/latest/features/4/x --slice 400
! mfctl: TrainFlow/1795261450367307/features/4/x: index 400 is out of range: there are 400
= 3

$ mfctl cat TrainFlow/latest/features/4/x --slice nonsense
! mfctl: TrainFlow/1795261450367307/features/4/x: “nonsense” is not a slice
! hint: a range or an index for each axis: 0:10,3 or ::2 or -1
= 2

$ mfctl cat TrainFlow/latest/features/4/model -o npy
! mfctl: TrainFlow/1795261450367307/features/4/model: it is no array
! hint: -o json and -o pickle take any value
= 1

$ mfctl cat TrainFlow/latest/features/4/model -o csv
! mfctl: TrainFlow/1795261450367307/features/4/model: the value is no table
= 1

$ mfctl cat TrainFlow/latest/features/4 -o npy
! mfctl: cat: -o npy takes one artifact, TrainFlow/1795261450367307/features/4 is a task
! hint: usage: mfctl cat PATHSPEC...; mfctl cat --help says more
= 2

$ mfctl cat TrainFlow/latest/features/4/model --slice 0 -o json
! mfctl: TrainFlow/1795261450367307/features/4/model: the value has no axes: arrays, tables, lists and text can be sliced
! {"error":{"code":"unsupported","message":"the value has no axes: arrays, tables, lists and text can be sliced","hint":null,"where":"TrainFlow/1795261450367307/features/4/model"}}
= 1
